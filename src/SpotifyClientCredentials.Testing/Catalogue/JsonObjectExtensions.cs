using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Catalogue;

internal static class JsonObjectExtensions
{
    /// <summary>Moves the specified fields into this object.</summary>
    public static JsonObject With(this JsonObject json, JsonObject fields)
    {
        foreach ((string name, JsonNode? value) in fields.ToArray())
        {
            _ = fields.Remove(name);
            json.Add(name, value);
        }

        return json;
    }
}
