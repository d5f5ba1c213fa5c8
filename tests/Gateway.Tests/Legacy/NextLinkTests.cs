using System.Text.Json.Nodes;
using GaiaOrleans.Gateway.Legacy;

namespace GaiaOrleans.Gateway.Tests.Legacy;

public sealed class NextLinkTests
{
    [Theory]
    [InlineData("""<https://a/b?c=1,2>; rel="next" """, "https://a/b?c=1,2")]
    [InlineData("""</x?p=1>; rel=first, </x?p=2>; title="a"; rel="last next" """, "/x?p=2")]
    [InlineData("</x?p=2>; rel=next", "/x?p=2")]
    [InlineData("""</x>; rel="prev" """, null)]
    [InlineData("<unclosed", null)]
    [InlineData(null, null)]
    public void It_is_found(string? header, string? target)
    {
        Assert.Equal(target, NextLink.Find(header));
        Assert.Equal(target is null, new LegacyList(new JsonArray(), null, header).Last);
    }
}
