using System.Buffers.Binary;
using System.Text;
using System.Xml.Linq;
using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

[Collection(OnePack.Name)]
public sealed class PackageContentTests(Packed packed)
{
    public static TheoryData<string> Ids => [.. Clone.Projects];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Package_Unzipped_ContainsAssembliesDocumentationReadmeAndIcon(string id) => Assert.Equal(
        [
            "README.md",
            "[Content_Types].xml",
            "_rels/.rels",
            "icon.png",
            $"lib/net10.0/{id}.dll",
            $"lib/net10.0/{id}.xml",
            $"lib/net8.0/{id}.dll",
            $"lib/net8.0/{id}.xml",
            "package/services/metadata/core-properties/nuget.psmdcp",
            $"{id}.nuspec",
        ],
        packed.Open(id).Files.Keys.Order(StringComparer.Ordinal).OrderBy(name => name.EndsWith(".nuspec", StringComparison.Ordinal)));

    [Theory]
    [MemberData(nameof(Ids))]
    public void SymbolPackage_Unzipped_ContainsSymbolsOfEachAssembly(string id) => Assert.Equal(
        [$"lib/net10.0/{id}.pdb", $"lib/net8.0/{id}.pdb"],
        packed.OpenSymbols(id).Files.Keys.Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("SpotifyClientCredentials", "README.md")]
    [InlineData("SpotifyClientCredentials.Testing", "src/SpotifyClientCredentials.Testing/README.md")]
    public void Readme_InPackage_IsThatOfThePackage(string id, string readme) =>
        Assert.Equal(File.ReadAllText(Path.Combine(Clone.Repository, readme)), packed.Open(id).Text("README.md"));

    [Theory]
    [MemberData(nameof(Ids))]
    public void Icon_InPackage_IsA128By128Png(string id)
    {
        ReadOnlySpan<byte> icon = packed.Open(id).Files["icon.png"];

        Assert.True(icon[1..].StartsWith("PNG\r\n\x1a\n"u8));
        Assert.Equal(128, BinaryPrimitives.ReadInt32BigEndian(icon[16..]));
        Assert.Equal(128, BinaryPrimitives.ReadInt32BigEndian(icon[20..]));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Documentation_InPackage_BelongsToItsAssembly(string id) => Assert.All((string[])["net8.0", "net10.0"], target =>
    {
        XDocument documentation = XDocument.Parse(packed.Open(id).Text($"lib/{target}/{id}.xml"));

        Assert.Equal(id, documentation.Root!.Element("assembly")!.Element("name")!.Value);
        Assert.NotEmpty(documentation.Descendants("summary"));
    });

    [Theory]
    [MemberData(nameof(Ids))]
    public void Packages_SearchedForMachinePaths_ContainNone(string id)
    {
        string[] paths = [packed.Folder, Clone.Repository.TrimEnd('/'), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)];

        foreach (Package package in (Package[])[packed.Open(id), packed.OpenSymbols(id)])
        {
            foreach ((string name, byte[] content) in package.Files)
            {
                string[] texts = [Encoding.Latin1.GetString(content), Encoding.Unicode.GetString(content), Encoding.Unicode.GetString(content.AsSpan(1)),
                    .. name.EndsWith(".pdb", StringComparison.Ordinal) ? new Symbols(content).Sources.Values.OfType<string>() : []];
                Assert.All(paths, path => Assert.All(texts, text => Assert.False(text.Contains(path, StringComparison.Ordinal), $"{name} contains {path}")));
            }
        }
    }
}
