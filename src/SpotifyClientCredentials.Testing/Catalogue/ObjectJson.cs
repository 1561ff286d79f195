using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>Creates what the Web API's objects have in common, such as id, name and images.</summary>
internal abstract class ObjectJson(CatalogueContext context)
{
    private static readonly int[] ImageSizes = [640, 300, 64];

    protected CatalogueContext Context { get; } = context;

    protected JsonObject Identity(string type, CatalogueItem item) => new()
    {
        ["external_urls"] = ExternalUrls(type, item.Id),
        ["href"] = Context.GetHref($"{type}s/{item.Id}"),
        ["id"] = item.Id,
        ["name"] = item.Name,
        ["type"] = type,
        ["uri"] = $"spotify:{type}:{item.Id}",
    };

    protected static JsonObject ExternalUrls(string type, string id) => new() { ["spotify"] = $"https://open.spotify.com/{type}/{id}" };

    protected JsonArray Images(string id) => Array(ImageSizes, size => new JsonObject
    {
        ["height"] = size,
        ["url"] = Context.GetHref($"{CoverArt.BasePath}{id}.svg"),
        ["width"] = size,
    });

    protected static JsonObject Date(string date) => new() { ["release_date"] = date, ["release_date_precision"] = "day" };

    // A collection expression would call Add<JsonObject>, of which a NativeAOT program is warned.
    protected static JsonArray Copyrights(string date, string owner) =>
        new(new JsonObject { ["text"] = $"{date[..4]} {owner}", ["type"] = "C" });

    protected static JsonObject Followers(int total) => new() { ["href"] = null, ["total"] = total };

    protected static JsonArray Strings(params IEnumerable<string> values) => Array(values, value => JsonValue.Create(value));

    protected static JsonArray Array<T>(IEnumerable<T> items, Func<T, JsonNode> create) => [.. items.Select(create)];

    /// <summary>Fields that Spotify withdrew in development mode in February 2026.</summary>
    /// <remarks>https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide</remarks>
    protected JsonObject OnlyExtended(JsonObject fields) => Context.IsExtended ? fields : [];

    protected JsonObject AvailableMarkets() => OnlyExtended(new() { ["available_markets"] = Strings(CatalogueData.Markets) });

    protected JsonObject IsPlayable() => Context.HasMarket ? new() { ["is_playable"] = true } : [];
}
