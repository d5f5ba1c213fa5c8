namespace GaiaOrleans.Client.Archives;

/// <summary>A file that is written beside its place and takes it when it is whole. What was not kept is deleted, however the writing ended.</summary>
internal sealed class PartialFile(string path) : IDisposable
{
    private bool _ours;

    private string Partial => path + ".partial";

    public FileStream Create()
    {
        var file = File.Create(Partial);
        _ours = true;
        return file;
    }

    public FileStream OpenRead() => File.OpenRead(Partial);

    /// <summary>In place of a file that is there.</summary>
    public void Keep()
    {
        File.Move(Partial, path, overwrite: true);
        _ours = false;
    }

    public void Dispose()
    {
        if (_ours) File.Delete(Partial);
    }
}
