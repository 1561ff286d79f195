using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>
/// Responds to <c>GET /search</c>. An item matches if each word of <c>q</c> occurs in its name or in the name of its artist, album or show.
/// </summary>
/// <remarks>
/// Field filters such as <c>artist:</c> are ignored, and their values are treated as plain words.
/// https://developer.spotify.com/documentation/web-api/reference/search
/// </remarks>
internal sealed class SearchEndpoint(MusicWriter music, PodcastWriter podcasts)
{
    private static readonly char[] Separators = [' ', '"'];
    private static readonly string[] Types = ["album", "artist", "playlist", "track", "show", "episode", "audiobook"];
    private static readonly string[] FieldFilters = ["album", "artist", "track", "year", "upc", "isrc", "genre", "tag"];

    public FakeResponse GetResponse(ApiQuery query)
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

        return query.ValidatePage(defaultLimit: 5, maxLimit: 10, out Page page) ?? JsonResponse.Create(HttpStatusCode.OK, json =>
        {
            foreach (string type in types.Distinct())
            {
                json.WriteStartObject($"{type}s");
                WriteResults(json, type, query, page);
                json.WriteEndObject();
            }
        });
    }

    private void WriteResults(Utf8JsonWriter json, string type, ApiQuery query, Page page)
    {
        string[] words = [.. query["q"].Split(Separators, StringSplitOptions.RemoveEmptyEntries).Select(RemoveFieldFilter)];
        string listHref = music.GetHref($"search?q={Uri.EscapeDataString(query["q"])}&type={type}");
        if (query.HasMarket)
        {
            listHref += $"&market={query["market"]}";
        }

        switch (type)
        {
            case "artist":
                page.Write(json, listHref, Find(CatalogueData.Artists, words, artist => artist.Name), music.WriteArtist);
                break;
            case "album":
                page.Write(json, listHref, Find(CatalogueData.Albums, words, SearchText), music.WriteSimpleAlbum);
                break;
            case "track":
                page.Write(json, listHref, Find(CatalogueData.Tracks, words, SearchText), music.WriteTrack);
                break;
            case "show" when query.HasMarket:
                page.Write(json, listHref, Find(CatalogueData.Shows, words, show => show.Name), podcasts.WriteSimpleShow);
                break;
            case "episode" when query.HasMarket:
                page.Write(json, listHref, Find(CatalogueData.Episodes, words, SearchText), podcasts.WriteSimpleEpisode);
                break;
            default:
                page.Write<Track>(json, listHref, [], music.WriteTrack);
                break;
        }
    }

    private static string SearchText(Album album) => $"{album.Name} {album.Artist.Name}";

    private static string SearchText(Track track) => $"{track.Name} {track.Album.Name} {track.Album.Artist.Name}";

    private static string SearchText(Episode episode) => $"{episode.Name} {episode.Show.Name}";

    private static string RemoveFieldFilter(string word) =>
        word.Split(':', 2) is [string filter, string value] && FieldFilters.Contains(filter) ? value : word;

    private static IReadOnlyList<T> Find<T>(IReadOnlyList<T> items, string[] words, Func<T, string> getText) =>
        [.. items.Where(item => Array.TrueForAll(words, word => getText(item).Contains(word, StringComparison.OrdinalIgnoreCase)))];
}
