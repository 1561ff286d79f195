using System.Reflection;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

/// <summary>An empty value and null in a configuration mean the default, whatever the provider of the configuration makes of them.</summary>
public sealed class EmptySettingsTests
{
    private const string VariablePrefix = nameof(EmptySettingsTests) + "_";

    private static readonly PropertyInfo[] Optional =
        [.. typeof(SpotifyClientCredentialsOptions).GetProperties().Where(property => property.PropertyType != typeof(string))];

    private static readonly Dictionary<string, Func<string, IConfigurationBuilder, IConfigurationBuilder>> Sources = new()
    {
        ["null in memory"] = (name, builder) => builder.AddInMemoryCollection([new($"Spotify:{name}", null)]),
        ["empty in memory"] = (name, builder) => builder.AddInMemoryCollection([new($"Spotify:{name}", "")]),
        ["null in JSON"] = (name, builder) => builder.AddJsonStream(Json($$$"""{"Spotify":{"{{{name}}}":null}}""")),
        ["empty in JSON"] = (name, builder) => builder.AddJsonStream(Json($$$"""{"Spotify":{"{{{name}}}":""}}""")),
        ["an empty environment variable"] = (name, builder) =>
        {
            Environment.SetEnvironmentVariable($"{VariablePrefix}Spotify__{name}", "");
            return builder.AddEnvironmentVariables(VariablePrefix);
        },
    };

    public static TheoryData<string> SourceNames => [.. Sources.Keys];

    [Theory]
    [MemberData(nameof(SourceNames))]
    public void Setting_ThatIsEmpty_IsTheDefault(string source) => Assert.All(Optional, property => Assert.Equal(
        property.GetValue(new SpotifyClientCredentialsOptions()), property.GetValue(Read(Sources[source](property.Name, Credentials()).Build()))));

    [Theory]
    [MemberData(nameof(SourceNames))]
    public void Credential_ThatIsEmpty_IsMissing(string source)
    {
        IConfiguration configuration = Sources[source](nameof(SpotifyClientCredentialsOptions.ClientSecret), Credentials()).Build();

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Read(configuration));

        Assert.StartsWith("Spotify:ClientSecret is missing", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Setting_ThatIsEmptyInASecondSection_KeepsTheOtherValue()
    {
        IConfiguration configuration = Credentials()
            .AddInMemoryCollection([new("Spotify:RenewalWindow", "00:02:00"), new("Other:RenewalWindow", ""), new("Other:TokenEndpoint", null)])
            .Build();
        using ServiceProvider services = TestContainer.Build(services =>
        {
            services.AddSpotifyClientCredentials(configuration.GetSection("Spotify"));
            services.AddSpotifyClientCredentials(configuration.GetSection("Other"));
        });

        SpotifyClientCredentialsOptions options = services.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value;

        Assert.Equal((TimeSpan.FromMinutes(2), new SpotifyClientCredentialsOptions().TokenEndpoint), (options.RenewalWindow, options.TokenEndpoint));
    }

    private static IConfigurationBuilder Credentials() => new ConfigurationBuilder()
        .AddInMemoryCollection([new("Spotify:ClientId", TestOptions.ClientId), new("Spotify:ClientSecret", TestOptions.ClientSecret)]);

    private static MemoryStream Json(string json) => new(Encoding.UTF8.GetBytes(json));

    private static SpotifyClientCredentialsOptions Read(IConfiguration configuration)
    {
        using ServiceProvider services = TestContainer.Build(services => services.AddSingleton(configuration).AddSpotifyClientCredentials());
        return services.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value;
    }
}
