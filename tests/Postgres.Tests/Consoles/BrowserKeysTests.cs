using System.Security.Cryptography;
using GaiaOrleans.Postgres.Tests.Databases;
using GaiaOrleans.Silo.Postgres.Consoles;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GaiaOrleans.Postgres.Tests.Consoles;

/// <summary>What one silo protects, another one reads.</summary>
[Collection(OnPostgres.Name)]
public sealed class BrowserKeysTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_cookie_of_one_silo_is_good_with_another_one_and_not_in_another_cluster()
    {
        await using var data = NpgsqlDataSource.Create(database.ConnectionString);
        await using var one = Silo(data, "a");
        await using var two = Silo(data, "a");
        await using var elsewhere = Silo(data, "b");
        var cookie = Protector(one).Protect("the admin");
        Assert.Equal("the admin", Protector(two).Unprotect(cookie));
        Assert.Throws<CryptographicException>(() => Protector(elsewhere).Unprotect(cookie));
        Assert.Equal(1, await database.Scalar<long>("SELECT count(*) FROM browser_keys"));
    }

    private static IDataProtector Protector(ServiceProvider silo) => silo.GetRequiredService<IDataProtectionProvider>().CreateProtector("cookie");

    private static ServiceProvider Silo(NpgsqlDataSource data, string cluster)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddDataProtection().SetApplicationName(cluster);
        services.Configure<KeyManagementOptions>(o => o.XmlRepository = new PostgresBrowserKeys(data));
        return services.BuildServiceProvider();
    }
}
