using System.Net;
using System.Text.Json.Nodes;
using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Responds to <c>GET /search</c>.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/reference/search</remarks>
internal sealed class SearchEndpoint(CatalogueContext context, ApiQuery query)
{
    private static readonly string[] Types = ["album", "artist", "playlist", "track", "show", "episode", "audiobook"];

    public FakeResponse GetResponse()
    {
        if (query["q"].Length == 0)
        {
            return ApiError.BadRequest("No search query");
        }

        string[] types = query["type"].Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (types.Length == 0)
        {
            return ApiError.BadRequest("Missing parameter type");
        }

        if (types.FirstOrDefault(type => !Types.Contains(type)) is { } unknown)
        {
            return ApiError.BadRequest($"Bad search type field {unknown}");
        }

        (int defaultLimit, int maxLimit) = context.IsExtended ? (20, 50) : (5, 10);
        return query.ValidatePage(defaultLimit, maxLimit, out Page page, maxOffset: 1000) ?? JsonResponse.Create(
            HttpStatusCode.OK,
            new JsonObject(types.Distinct().Select(type => KeyValuePair.Create<string, JsonNode?>($"{type}s", GetResults(type, page)))));
    }

    private JsonObject GetResults(string type, Page page)
    {
        SearchQuery search = new(query["q"]);
        MusicJson music = new(context);
        SpokenJson spoken = new(context);
        return type switch
        {
            "album" => ToPage(CatalogueData.Albums.Where(search.Matches), music.SimpleAlbum),
            "artist" => ToPage(CatalogueData.Artists.Where(search.Matches), music.Artist),
            "track" => ToPage(CatalogueData.Tracks.Where(search.Matches), music.Track),
            "playlist" => ToPage(CatalogueData.Playlists.Where(search.Matches), new PlaylistJson(context).SimplePlaylist),
            "audiobook" => ToPage(CatalogueData.Audiobooks.Where(search.Matches), spoken.SimpleAudiobook),
            "show" => ToPage(CatalogueData.Shows.Where(show => context.HasMarket && search.Matches(show)), spoken.SimpleShow),
            _ => ToPage(CatalogueData.Episodes.Where(episode => context.HasMarket && search.Matches(episode)), spoken.SimpleEpisode),
        };

        JsonObject ToPage<T>(IEnumerable<T> items, Func<T, JsonObject> create) => page.ToJson(
            context.GetHref($"search?q={Uri.EscapeDataString(query["q"])}&type={type}{query.Keep("market").Replace('?', '&')}"), [.. items], create);
    }
}
