using SpotifyClientCredentials.Testing;

namespace SpotifyClientCredentials.Tests;

public sealed class PublicApiTests
{
    [Fact]
    public void ExportedTypes_OfThePackage_AreTheseOnly() => Assert.Equal(
        [
            "SpotifyClientCredentials.AccessToken",
            "SpotifyClientCredentials.BearerTokenHandler",
            "SpotifyClientCredentials.ClientCredentialsTokenProvider",
            "SpotifyClientCredentials.SpotifyClientCredentialsBuilder",
            "SpotifyClientCredentials.SpotifyClientCredentialsHttpClientBuilderExtensions",
            "SpotifyClientCredentials.SpotifyClientCredentialsOptions",
            "SpotifyClientCredentials.SpotifyClientCredentialsServiceCollectionExtensions",
            "SpotifyClientCredentials.SpotifyClientCredentialsTelemetry",
            "SpotifyClientCredentials.SpotifyRateLimitOptions",
            "SpotifyClientCredentials.TokenRequestException",
            "SpotifyClientCredentials.TokenSharingOptions",
        ],
        ExportedBy(typeof(ClientCredentialsTokenProvider)));

    [Fact]
    public void ExportedTypes_OfTheTestingPackage_AreTheseOnly() => Assert.Equal(
        [
            "SpotifyClientCredentials.Testing.FakeResponse",
            "SpotifyClientCredentials.Testing.FakeSpotify",
            "SpotifyClientCredentials.Testing.QuotaMode",
            "SpotifyClientCredentials.Testing.RecordedRequest",
        ],
        ExportedBy(typeof(FakeSpotify)));

    [Fact]
    public void References_OfThePackage_AreThoseOfItsDependenciesOnly()
    {
        string[] allowed =
        [
            "Microsoft.Extensions.Caching.Abstractions",
            "Microsoft.Extensions.Configuration",
            "Microsoft.Extensions.Configuration.Abstractions",
            "Microsoft.Extensions.Configuration.Binder",
            "Microsoft.Extensions.DependencyInjection.Abstractions",
            "Microsoft.Extensions.Http",
            "Microsoft.Extensions.Logging.Abstractions",
            "Microsoft.Extensions.Options",
            "Microsoft.Extensions.Options.ConfigurationExtensions",
            "Microsoft.Extensions.Primitives",
        ];

        Assert.Empty(typeof(ClientCredentialsTokenProvider).Assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
            .Except(allowed));
    }

    private static IEnumerable<string> ExportedBy(Type type) => type.Assembly.GetExportedTypes().Select(exported => exported.FullName!).Order(StringComparer.Ordinal);
}
