using System.IO.Compression;
using System.Xml.Linq;

namespace SpotifyClientCredentials.Consumers.Support;

/// <summary>A .nupkg or .snupkg, unzipped.</summary>
internal sealed class Package(string path)
{
    public IReadOnlyDictionary<string, byte[]> Files { get; } = Unzip(path);

    /// <summary>The metadata of the manifest, for any version of its schema.</summary>
    public XElement Metadata => XDocument.Parse(Text(Files.Keys.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal))))
        .Root!.Elements().Single(element => element.Name.LocalName == "metadata");

    public static string VersionOf(string path) => new Package(path)["version"];

    public string this[string element] => Element(element)?.Value ?? "";

    public XElement? Element(string name) => Metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

    public string Text(string file)
    {
        using StreamReader reader = new(new MemoryStream(Files[file]));
        return reader.ReadToEnd();
    }

    private static Dictionary<string, byte[]> Unzip(string path)
    {
        using ZipArchive archive = ZipFile.OpenRead(path);
        return archive.Entries.ToDictionary(entry => entry.FullName, entry =>
        {
            using Stream stream = entry.Open();
            using MemoryStream bytes = new();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        });
    }
}
