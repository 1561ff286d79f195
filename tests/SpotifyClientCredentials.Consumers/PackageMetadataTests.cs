using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

[Collection(OnePack.Name)]
public sealed class PackageMetadataTests(Packed packed)
{
    public static TheoryData<string> Ids => PackageContentTests.Ids;

    [Theory]
    [MemberData(nameof(Ids))]
    public void Metadata_OfEachPackage_HasWhatPackageBrowsersShow(string id)
    {
        Package package = packed.Open(id);

        Assert.Equal(id, package["id"]);
        Assert.Equal("SpotifyClientCredentials contributors", package["authors"]);
        Assert.Equal("MIT", package["license"]);
        Assert.Equal("expression", package.Element("license")!.Attribute("type")!.Value);
        Assert.Equal("icon.png", package["icon"]);
        Assert.Equal("README.md", package["readme"]);
        Assert.StartsWith("Copyright (c) ", package["copyright"], StringComparison.Ordinal);
        Assert.Contains("spotify", package["tags"].Split(' '));
        Assert.InRange(package["description"].Length, 100, 300);
    }

    [Fact]
    public void Description_OfTheTestingPackage_IsItsOwn() =>
        Assert.StartsWith("FakeSpotify", packed.Open("SpotifyClientCredentials.Testing")["description"], StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Ids))]
    public void ReleaseNotes_OfThisVersion_AreItsChangelogSection(string id)
    {
        string version = packed.Version[..packed.Version.IndexOf('-', StringComparison.Ordinal)];
        IEnumerable<string> section = File.ReadLines(Path.Combine(Clone.Repository, "CHANGELOG.md"))
            .SkipWhile(line => !line.StartsWith($"## [{version}]", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal));

        Assert.Equal(string.Join('\n', section).Trim(), packed.Open(id)["releaseNotes"].ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Dependencies_OfTheLibrary_AreTheFourLowestSufficientVersions() => Assert.Equal(
        [
            "net10.0: Microsoft.Extensions.Caching.Abstractions 10.0.0",
            "net10.0: Microsoft.Extensions.Http 10.0.0",
            "net10.0: Microsoft.Extensions.Options 10.0.0",
            "net10.0: Microsoft.Extensions.Options.ConfigurationExtensions 10.0.0",
            "net8.0: Microsoft.Extensions.Caching.Abstractions 8.0.0",
            "net8.0: Microsoft.Extensions.Http 8.0.1",
            "net8.0: Microsoft.Extensions.Options 8.0.2",
            "net8.0: Microsoft.Extensions.Options.ConfigurationExtensions 8.0.0",
        ],
        Dependencies("SpotifyClientCredentials", "dependencies"));

    [Fact]
    public void Dependencies_OfTheTestingPackage_AreTheLibraryAndAspNetCore()
    {
        const string Id = "SpotifyClientCredentials.Testing";

        Assert.Equal(
            [$"net10.0: SpotifyClientCredentials {packed.Version}", $"net8.0: SpotifyClientCredentials {packed.Version}"], Dependencies(Id, "dependencies"));
        Assert.Equal(
            ["net10.0: Microsoft.AspNetCore.App", "net8.0: Microsoft.AspNetCore.App"], Dependencies(Id, "frameworkReferences"));
    }

    private IEnumerable<string> Dependencies(string id, string kind) =>
        from @group in packed.Open(id).Element(kind)!.Elements()
        from dependency in @group.Elements()
        let name = (dependency.Attribute("id") ?? dependency.Attribute("name"))!.Value
        let line = $"{@group.Attribute("targetFramework")!.Value}: {name} {dependency.Attribute("version")?.Value}".TrimEnd()
        orderby line
        select line;
}
