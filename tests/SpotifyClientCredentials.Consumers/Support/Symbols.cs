using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;

namespace SpotifyClientCredentials.Consumers.Support;

/// <summary>A portable .pdb: the names and text of its sources, and its Source Link.</summary>
internal sealed class Symbols
{
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
    private static readonly Guid SourceLinkJson = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    public Symbols(byte[] pdb)
    {
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(pdb));
        MetadataReader reader = provider.GetMetadataReader();
        Sources = reader.Documents.ToDictionary(
            document => reader.GetString(reader.GetDocument(document).Name),
            document => Information(reader, document, EmbeddedSource) is { } blob ? Decode(blob) : null);
        SourceLink = Information(reader, EntityHandle.ModuleDefinition, SourceLinkJson) is { } json ? Encoding.UTF8.GetString(json) : null;
    }

    /// <summary>The text of each source by name; null if the text is not embedded.</summary>
    public IReadOnlyDictionary<string, string?> Sources { get; }

    public string? SourceLink { get; }

    private static byte[]? Information(MetadataReader reader, EntityHandle of, Guid kind) => reader.GetCustomDebugInformation(of)
        .Select(reader.GetCustomDebugInformation)
        .Where(information => reader.GetGuid(information.Kind) == kind)
        .Select(information => reader.GetBlobBytes(information.Value))
        .SingleOrDefault();

    // The uncompressed length if the text is compressed, otherwise 0; then the text.
    private static string Decode(byte[] blob)
    {
        using Stream text = new MemoryStream(blob, sizeof(int), blob.Length - sizeof(int));
        using Stream inflated = BitConverter.ToInt32(blob) == 0 ? text : new DeflateStream(text, CompressionMode.Decompress);
        using StreamReader reader = new(inflated);
        return reader.ReadToEnd();
    }
}
