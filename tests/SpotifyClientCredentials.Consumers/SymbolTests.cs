using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

[Collection(OnePack.Name)]
public sealed class SymbolTests(Packed packed)
{
    public static TheoryData<string, string> Assemblies => new()
    {
        { "SpotifyClientCredentials", "net8.0" },
        { "SpotifyClientCredentials", "net10.0" },
        { "SpotifyClientCredentials.Testing", "net8.0" },
        { "SpotifyClientCredentials.Testing", "net10.0" },
    };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Sources_OfEachAssembly_AreEmbeddedUnderMachineIndependentNames(string id, string target)
    {
        Symbols symbols = Open(id, target);

        Assert.Contains($"/_/src/{id}/{(id.EndsWith("Testing", StringComparison.Ordinal) ? "FakeSpotify" : "AccessToken")}.cs", symbols.Sources.Keys);
        Assert.All(symbols.Sources, source =>
        {
            Assert.StartsWith($"/_/src/{id}/", source.Key, StringComparison.Ordinal);
            Assert.False(string.IsNullOrEmpty(source.Value), $"{source.Key} is not embedded in the symbols.");
        });
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void SourceLink_WhenOriginIsAFolder_IsOmitted(string id, string target) => Assert.Null(Open(id, target).SourceLink);

    private Symbols Open(string id, string target) => new(packed.OpenSymbols(id).Files[$"lib/{target}/{id}.pdb"]);
}
