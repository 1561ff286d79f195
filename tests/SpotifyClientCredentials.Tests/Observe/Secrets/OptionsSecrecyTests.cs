using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

public sealed class OptionsSecrecyTests
{
    private static readonly SpotifyClientCredentialsOptions Options = TestOptions.Create(options => options.ClientSecret = "plain0secret");

    [Fact]
    public void Serialize_OfOptions_OmitsTheSecret()
    {
        string json = JsonSerializer.Serialize(Options);

        Assert.Contains(Options.ClientId, json, StringComparison.Ordinal);
        Assert.DoesNotContain(Options.ClientSecret, json, StringComparison.Ordinal);
    }

    [Fact]
    public void DebuggerView_OfOptions_ShowsTheTokenEndpointAndNoSecret()
    {
        Assert.Equal("{TokenEndpoint}", typeof(SpotifyClientCredentialsOptions).GetCustomAttribute<DebuggerDisplayAttribute>()!.Value);
        Assert.Equal(
            ["ClientSecret"],
            typeof(SpotifyClientCredentialsOptions).GetProperties()
                .Where(property => property.GetCustomAttribute<DebuggerBrowsableAttribute>()?.State == DebuggerBrowsableState.Never)
                .Select(property => property.Name));
    }
}
