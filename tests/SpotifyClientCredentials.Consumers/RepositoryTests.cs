using System.Text.Json;
using System.Xml.Linq;
using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

/// <summary>The repository information in the packages.</summary>
[Collection(OnePack.Name)]
public sealed class RepositoryTests(Packed packed)
{
    private const string Id = "SpotifyClientCredentials";
    private const string PublicOrigin = "https://github.com/example/spotify-client-credentials.git";

    [Fact]
    public async Task Repository_WhenOriginIsAFolder_HasTheCommitAndNoUrl()
    {
        string commit = await packed.Clone.GitAsync("rev-parse", "HEAD");

        Assert.All(Clone.Projects, id =>
        {
            XElement repository = packed.Open(id).Element("repository")!;
            Assert.Equal("git", repository.Attribute("type")!.Value);
            Assert.Equal(commit, repository.Attribute("commit")!.Value);
            Assert.Null(repository.Attribute("url"));
        });
    }

    [Fact]
    public async Task Repository_WhenOriginIsPublic_HasItsUrlInManifestAndSourceLink()
    {
        string feed = Path.Combine(packed.Folder, "public-origin");
        Clone clone = await Clone.MakeAsync(Path.Combine(packed.Folder, "clone-of-public-origin"));
        await clone.GitAsync("remote", "set-url", "origin", PublicOrigin);
        await clone.PackAsync(Id, "origin", feed);
        string commit = await clone.GitAsync("rev-parse", "HEAD");

        Assert.Equal(PublicOrigin, new Package(Directory.GetFiles(feed, "*.nupkg").Single()).Element("repository")!.Attribute("url")!.Value);
        Package symbols = new(Directory.GetFiles(feed, "*.snupkg").Single());
        Assert.All((string[])["net8.0", "net10.0"], target => Assert.Equal(
            $"https://raw.githubusercontent.com/example/spotify-client-credentials/{commit}/*",
            JsonDocument.Parse(new Symbols(symbols.Files[$"lib/{target}/{Id}.pdb"]).SourceLink!).RootElement.GetProperty("documents").GetProperty("/_/*").GetString()));
    }

    [Theory]
    [InlineData(PublicOrigin, PublicOrigin)]
    [InlineData("git@github.com:example/spotify-client-credentials.git", PublicOrigin)]
    [InlineData("https://user:password@github.com/example/spotify-client-credentials.git", PublicOrigin)]
    [InlineData("/srv/git/spotify-client-credentials.git", "")]
    public async Task Origin_OfEachKind_YieldsAUrlWithoutFolderOrPassword(string origin, string expected)
    {
        string before = await packed.Clone.GitAsync("remote", "get-url", "origin");
        await packed.Clone.GitAsync("remote", "set-url", "origin", origin);
        try
        {
            Command command = await Command.RunAsync(
                packed.Clone.Folder, "dotnet", "msbuild", $"src/{Id}", "-t:_InitializeNuspecRepositoryInformationProperties", "-p:TargetFramework=net10.0", "-getProperty:RepositoryUrl");

            Assert.Equal(expected, command.Output.Trim());
        }
        finally
        {
            await packed.Clone.GitAsync("remote", "set-url", "origin", before);
        }
    }
}
