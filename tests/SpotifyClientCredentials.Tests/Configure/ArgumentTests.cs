using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed class ArgumentTests
{
    private readonly ServiceCollection _services = new();
    private readonly IConfiguration _section = new ConfigurationManager().GetSection("Spotify");

    public static TheoryData<string?> Blank => ["", " ", "\t", null];

    [Fact]
    public void AddSpotifyClientCredentials_WithoutServices_NamesTheArgument()
    {
        IServiceCollection none = null!;

        Assert.Throws<ArgumentNullException>("services", () => none.AddSpotifyClientCredentials());
        Assert.Throws<ArgumentNullException>("services", () => none.AddSpotifyClientCredentials(_ => { }));
        Assert.Throws<ArgumentNullException>("services", () => none.AddSpotifyClientCredentials(_section));
        Assert.Throws<ArgumentNullException>("services", () => none.AddSpotifyClientCredentials("app"));
        Assert.Throws<ArgumentNullException>("services", () => none.AddSpotifyClientCredentials("app", _ => { }));
        Assert.Throws<ArgumentNullException>("services", () => none.AddSpotifyClientCredentials("app", _section));
    }

    [Fact]
    public void AddSpotifyClientCredentials_WithoutSettings_NamesTheArgumentAndAddsNothing()
    {
        Assert.Throws<ArgumentNullException>("configure", () => _services.AddSpotifyClientCredentials((Action<SpotifyClientCredentialsOptions>)null!));
        Assert.Throws<ArgumentNullException>("configuration", () => _services.AddSpotifyClientCredentials((IConfiguration)null!));
        Assert.Throws<ArgumentNullException>("configure", () => _services.AddSpotifyClientCredentials("app", (Action<SpotifyClientCredentialsOptions>)null!));
        Assert.Throws<ArgumentNullException>("configuration", () => _services.AddSpotifyClientCredentials("app", (IConfiguration)null!));
        Assert.Empty(_services);
    }

    [Theory]
    [MemberData(nameof(Blank))]
    public void AddSpotifyClientCredentials_WithABlankName_NamesTheArgumentAndAddsNothing(string? name)
    {
        ArgumentException[] failures =
        [
            Assert.ThrowsAny<ArgumentException>(() => _services.AddSpotifyClientCredentials(name!)),
            Assert.ThrowsAny<ArgumentException>(() => _services.AddSpotifyClientCredentials(name!, _ => { })),
            Assert.ThrowsAny<ArgumentException>(() => _services.AddSpotifyClientCredentials(name!, _section)),
        ];

        Assert.All(failures, failure => Assert.Equal(nameof(name), failure.ParamName));
        Assert.Equal(name is null, failures.All(failure => failure is ArgumentNullException));
        Assert.Empty(_services);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void AddSpotifyBearerToken_WithABlankName_NamesTheArgument(string name) =>
        Assert.Throws<ArgumentException>(nameof(name), () => _services.AddHttpClient("api").AddSpotifyBearerToken(name));

    [Fact]
    public void AddSpotifyBearerToken_WithoutABuilder_NamesTheArgument() =>
        Assert.Throws<ArgumentNullException>("builder", () => ((IHttpClientBuilder)null!).AddSpotifyBearerToken());
}
