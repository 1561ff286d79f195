using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeOptionsTests
{
    private static readonly IReadOnlyList<IReadOnlyDictionary<string, string>> Rows = MarkdownFile.Readme.Table("Options");

    [Fact]
    public void Options_InTheTable_AreCompleteAndHaveTheirDefaults() => Assert.Equal(
        Properties().Select(property => (property.Name, DefaultOf(property))),
        Rows.SelectMany(row => row["Property"].Split(", ").Select(name => (name, row["Default"]))));

    [Fact]
    public void Keys_InReadme_AreThatOfTheSectionAndTheVariableOfIt()
    {
        string key = $"{SpotifyClientCredentialsOptions.SectionName}:{nameof(SpotifyClientCredentialsOptions.ClientId)}";

        Assert.Contains(
            $"The key of `ClientId` is `{key}`, and its environment variable is `{key.Replace(":", "__", StringComparison.Ordinal)}`.",
            MarkdownFile.Readme.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("required", "x", "")]
    [InlineData("https, or http on loopback", "https://proxy.example/", "http://proxy.example/")]
    [InlineData("https, or http on loopback", "http://localhost:8080/", "ftp://localhost:8080/")]
    [InlineData("https, or http on loopback", "http://spotify.localhost:8080/", "http://localhost.example/")]
    [InlineData("true or false", "false", "no")]
    [InlineData("above 0, at most 1 hour", "01:00:00", "01:00:00.0000001")]
    [InlineData("above 0, at most 1 hour", "00:00:00.0000001", "00:00:00")]
    [InlineData("above 0, at most 1 hour", "00:00:01", "300")]
    public void Options_InTheTable_AllowTheValuesThatItStates(string allowed, string good, string bad)
    {
        string[] keys = [.. Rows.Where(row => row["Allowed"] == allowed)
            .SelectMany(row => row["Property"].Split(", "))
            .Select(name => $"{SpotifyClientCredentialsOptions.SectionName}:{name}")];

        Assert.NotEmpty(keys);
        Assert.All(keys, key =>
        {
            Assert.NotNull(Bind(key, good));
            OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => Bind(key, bad));
            Assert.StartsWith(key + " ", Assert.Single(failure.Failures), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Options_InTheTable_HaveAllowedValuesThatATestCovers() => Assert.All(
        Rows, row => Assert.Contains(row["Allowed"], (string[])["required", "https, or http on loopback", "above 0, at most 1 hour", "true or false"]));

    private static SpotifyClientCredentialsOptions Bind(string key, string value) => Bind(new Dictionary<string, string?> { [key] = value });

    private static SpotifyClientCredentialsOptions Bind(Dictionary<string, string?> settings)
    {
        ServiceCollection services = new();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("Spotify:ClientId", "id"), new("Spotify:ClientSecret", "secret")])
            .AddInMemoryCollection(settings)
            .Build());
        services.AddSpotifyClientCredentials();
        using ServiceProvider provider = services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value;
    }

    private static PropertyInfo[] Properties() => typeof(SpotifyClientCredentialsOptions).GetProperties();

    private static string DefaultOf(PropertyInfo property) => Text(property.GetValue(new SpotifyClientCredentialsOptions()));

    private static string Text(object? value) =>
        value is "" ? "none" : value is bool flag ? (flag ? "true" : "false") : string.Format(CultureInfo.InvariantCulture, "{0}", value);
}
