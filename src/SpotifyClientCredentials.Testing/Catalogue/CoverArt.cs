using System.Globalization;
using System.Net;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>SVG images for artists, albums, shows, audiobooks and playlists, generated from the id: a sky, a sun and three hills.</summary>
internal static class CoverArt
{
    public const string BasePath = "/covers/";

    private const string Extension = ".svg";

    public static FakeResponse GetResponse(string path)
    {
        string id = path.EndsWith(Extension, StringComparison.Ordinal) ? path[BasePath.Length..^Extension.Length] : "";
        return CatalogueData.HasCover(id)
            ? FakeResponse.Text(CreateSvg(id), mediaType: "image/svg+xml").WithHeader("Cache-Control", "public, max-age=86400")
            : new FakeResponse(HttpStatusCode.NotFound);
    }

    private static string CreateSvg(string id)
    {
        int hue = Hash(id, 0, 360);
        int sunX = Hash(id, 1, 340) + 150;
        int sunY = Hash(id, 2, 140) + 150;
        int sunRadius = Hash(id, 3, 70) + 50;
        return string.Create(CultureInfo.InvariantCulture, $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 640">
            <linearGradient id="sky" x2="0" y2="1">
            <stop stop-color="hsl({hue},55%,35%)"/>
            <stop offset="1" stop-color="hsl({(hue + 50) % 360},70%,72%)"/>
            </linearGradient>
            <rect width="640" height="640" fill="url(#sky)"/>
            <circle cx="{sunX}" cy="{sunY}" r="{sunRadius}" fill="hsl({(hue + 40) % 360},90%,85%)"/>
            {Hill(id, 4, 380, hue, 45)}
            {Hill(id, 8, 450, hue, 32)}
            {Hill(id, 12, 520, hue, 20)}
            </svg>
            """);
    }

    private static string Hill(string id, int salt, int top, int hue, int lightness)
    {
        int left = top + Hash(id, salt, 80) - 40;
        int crest = top - Hash(id, salt + 1, 120) - 20;
        int crestX = Hash(id, salt + 3, 400) + 120;
        int right = top + Hash(id, salt + 2, 80) - 40;
        string fill = string.Create(CultureInfo.InvariantCulture, $"hsl({(hue + 200) % 360},40%,{lightness}%)");
        return string.Create(
            CultureInfo.InvariantCulture, $"""<path d="M0 {left}Q{crestX} {crest} 640 {right}V640H0Z" fill="{fill}"/>""");
    }

    // string.GetHashCode differs between processes, but an image must not.
    private static int Hash(string id, int salt, int max)
    {
        uint hash = 2166136261;
        foreach (char c in id)
        {
            hash = (hash ^ c) * 16777619;
        }

        hash = (hash ^ (uint)salt) * 16777619;
        return (int)((hash ^ (hash >> 15)) % (uint)max);
    }
}
