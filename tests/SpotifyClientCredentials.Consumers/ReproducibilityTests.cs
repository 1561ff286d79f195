using SpotifyClientCredentials.Consumers.Support;

namespace SpotifyClientCredentials.Consumers;

[Collection(OnePack.Name)]
public sealed class ReproducibilityTests(Packed packed)
{
    [Fact]
    public async Task Packages_PackedAgainInAnotherFolderWithDetachedHead_AreIdentical()
    {
        string feed = Path.Combine(packed.Folder, "feed-of-another-clone");
        Clone another = await Clone.MakeAsync(Path.Combine(packed.Folder, "another-clone", "in-a-longer-path"));
        await another.GitAsync("update-ref", "--no-deref", "HEAD", await another.GitAsync("rev-parse", "HEAD"));

        await packed.PackAsync(another, feed);

        string[] names = [.. Directory.GetFiles(packed.Feed).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(4, names.Length);
        Assert.All(names, name =>
        {
            string[] different = [.. Different(Path.Combine(packed.Feed, name), Path.Combine(feed, name))];
            Assert.True(different.Length == 0, $"{name} differs in {string.Join(", ", different)}");
            Assert.True(File.ReadAllBytes(Path.Combine(packed.Feed, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(feed, name))), $"{name} differs");
        });
    }

    private static IEnumerable<string> Different(string path, string otherPath)
    {
        IReadOnlyDictionary<string, byte[]> other = new Package(otherPath).Files;
        return new Package(path).Files.Where(file => !other[file.Key].AsSpan().SequenceEqual(file.Value)).Select(file => file.Key);
    }
}
