using System.Text.Json;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>Writes the members that the Web API's objects have in common, such as id, name and images.</summary>
internal class ObjectWriter(Uri apiBaseAddress)
{
    private static readonly int[] ImageSizes = [640, 300, 64];

    public string GetHref(string path) => new Uri(apiBaseAddress, path).AbsoluteUri;

    protected void WriteIdentity(Utf8JsonWriter json, string type, string id, string name)
    {
        json.WriteStartObject("external_urls");
        json.WriteString("spotify", $"https://open.spotify.com/{type}/{id}");
        json.WriteEndObject();
        json.WriteString("href", GetHref($"{type}s/{id}"));
        json.WriteString("id", id);
        json.WriteString("name", name);
        json.WriteString("type", type);
        json.WriteString("uri", $"spotify:{type}:{id}");
    }

    protected void WriteImages(Utf8JsonWriter json, string id)
    {
        json.WriteStartArray("images");
        foreach (int size in ImageSizes)
        {
            json.WriteStartObject();
            json.WriteNumber("height", size);
            json.WriteString("url", GetHref($"{CoverArt.BasePath}{id}.svg"));
            json.WriteNumber("width", size);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    protected static void WriteDate(Utf8JsonWriter json, string date)
    {
        json.WriteString("release_date", date);
        json.WriteString("release_date_precision", "day");
    }

    protected static void WriteEmptyArray(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        json.WriteEndArray();
    }
}
