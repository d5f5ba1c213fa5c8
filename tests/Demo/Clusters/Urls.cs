namespace GaiaOrleans.Demo.Clusters;

internal static class Urls
{
    public static string Join(string host, string path) => host.TrimEnd('/') + path;

    public static string Session(string host, string id) => Join(host, "/api/sessions/" + Uri.EscapeDataString(id));
}
