using System.Globalization;
using System.Reflection;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Readme;

public sealed class ReadmeSharingTests
{
    private static readonly IReadOnlyList<IReadOnlyDictionary<string, string>> Rows = MarkdownFile.Samples.Table("Sharing options");

    [Fact]
    public void Options_InTheTable_AreCompleteAndHaveTheirDefaults() => Assert.Equal(
        typeof(TokenSharingOptions).GetProperties().Select(property => $"{property.Name} {Text(property)}"),
        Rows.Select(row => $"{row["Property"]} {row["Default"]}"));

    [Fact]
    public void StoreTimeout_InTheTable_AllowsTheValuesThatItStates()
    {
        Assert.Equal("above 0, at most 1 hour", Rows.Single(row => row["Property"] == nameof(TokenSharingOptions.StoreTimeout))["Allowed"]);
        Assert.True(IsValid(TimeSpan.FromTicks(1)));
        Assert.True(IsValid(TimeSpan.FromHours(1)));
        Assert.False(IsValid(TimeSpan.Zero));
        Assert.False(IsValid(TimeSpan.FromHours(1) + TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void KeyOfTheEntry_InReadme_IsThatOfTheSeal()
    {
        string prefix = new TokenSeal(TestOptions.CreateValid()).KeyName.Split(':')[0];

        Assert.Contains($"`{prefix}:`", MarkdownFile.Samples.Text, StringComparison.Ordinal);
    }

    private static bool IsValid(TimeSpan storeTimeout) =>
        new SharingValidator("").Validate("", TestOptions.Create(options =>
            options.Sharing = new TokenSharingOptions { Cache = new ScriptedStore(TimeProvider.System), StoreTimeout = storeTimeout })).Succeeded;

    private static string Text(PropertyInfo property) =>
        property.Name == nameof(TokenSharingOptions.Cache)
            ? "the registered IDistributedCache"
            : string.Format(CultureInfo.InvariantCulture, "{0}", property.GetValue(new TokenSharingOptions()) ?? "none");
}
