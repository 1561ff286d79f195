using System.Text.Json;

namespace SpotifyClientCredentials.Tests.Testing;

/// <summary>
/// web-api-objects.json: the fields of the Web API's objects, written down by hand from the public description of the API. "fields" are sent
/// in both quota modes, "extended" in extended quota mode, "market" where the request names a market.
/// </summary>
internal static class WebApiObjects
{
    private static readonly JsonElement Objects = Read();

    /// <summary>Compares an object, and the objects in it, with the list.</summary>
    /// <returns>What is missing, extra or of another type, each with its path.</returns>
    public static IEnumerable<string> Compare(string name, JsonElement json, bool extended, bool market) =>
        CompareValue(name, json, name, extended, market);

    private static IEnumerable<string> CompareFields(
        string path, JsonElement json, Dictionary<string, string> fields, bool extended, bool market)
    {
        foreach (JsonProperty field in json.EnumerateObject())
        {
            string fieldPath = $"{path}.{field.Name}";
            IEnumerable<string> differences = fields.Remove(field.Name, out string? type)
                ? CompareValue(fieldPath, field.Value, type, extended, market)
                : [$"{fieldPath} is extra"];
            foreach (string difference in differences)
            {
                yield return difference;
            }
        }

        foreach (string missing in fields.Keys)
        {
            yield return $"{path}.{missing} is missing";
        }
    }

    private static IEnumerable<string> CompareValue(string path, JsonElement value, string type, bool extended, bool market)
    {
        if (type.StartsWith('['))
        {
            // An empty list would hide the fields of its items. The genres of albums are always empty.
            return value.ValueKind != JsonValueKind.Array ? [$"{path} is no array"]
                : value.GetArrayLength() == 0 && path is not ("album.genres" or "albums.albums[].genres") ? [$"{path} is empty"]
                : value.EnumerateArray().SelectMany(item => CompareValue($"{path}[]", item, type[1..^1], extended, market));
        }

        if (type.StartsWith("page of ", StringComparison.Ordinal))
        {
            Dictionary<string, string> fields = new(Fields("page", extended, market)) { ["items"] = $"[{type["page of ".Length..]}]" };
            return CompareFields(path, value, fields, extended, market);
        }

        bool matches = type.TrimEnd('?') switch
        {
            "string" => value.ValueKind == JsonValueKind.String,
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
            _ => value.ValueKind == JsonValueKind.Object,
        };
        if (!matches)
        {
            return type.EndsWith('?') && value.ValueKind == JsonValueKind.Null ? [] : [$"{path} is {value.ValueKind}, not {type}"];
        }

        return value.ValueKind == JsonValueKind.Object
            ? CompareFields(path, value, new Dictionary<string, string>(Fields(type, extended, market)), extended, market)
            : [];
    }

    private static IEnumerable<KeyValuePair<string, string>> Fields(string name, bool extended, bool market)
    {
        JsonElement definition = Objects.GetProperty(name);
        IEnumerable<KeyValuePair<string, string>> inherited =
            definition.TryGetProperty("extends", out JsonElement parent) ? Fields(parent.GetString()!, extended, market) : [];
        return inherited
            .Concat(Group("fields"))
            .Concat(extended ? Group("extended") : [])
            .Concat(market ? Group("market") : []);

        IEnumerable<KeyValuePair<string, string>> Group(string group) => definition.TryGetProperty(group, out JsonElement fields)
            ? fields.EnumerateObject().Select(field => KeyValuePair.Create(field.Name, field.Value.GetString()!))
            : [];
    }

    private static JsonElement Read()
    {
        using Stream file = typeof(WebApiObjects).Assembly.GetManifestResourceStream("web-api-objects.json")!;
        using JsonDocument json = JsonDocument.Parse(file);
        return json.RootElement.Clone();
    }
}
