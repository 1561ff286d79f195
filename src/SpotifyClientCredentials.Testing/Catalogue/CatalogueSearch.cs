using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Testing.Server;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary><c>GET /search</c>: an item is found where each word of <c>q</c> is in its name or its artist's, album's or show's.</summary>
/// <remarks>
/// What stands behind a field filter such as <c>artist:</c> is read as plain words.
/// https://developer.spotify.com/documentation/web-api/reference/search
/// </remarks>
internal sealed class CatalogueSearch(MusicWriter music, PodcastWriter podcasts)
{
    private static readonly char[] Separators = [' ', '"'];
    private static readonly string[] Types = ["album", "artist", "playlist", "track", "show", "episode", "audiobook"];
    private static readonly string[] Filters = ["album", "artist", "track", "year", "upc", "isrc", "genre", "tag"];

    public FakeResponse Response(ApiQuery query)
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

        return query.Refuse(defaultLimit: 5, maxLimit: 10, out Page page) ?? JsonResponse.Create(HttpStatusCode.OK, json =>
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
        string[] words = [.. query["q"].Split(Separators, StringSplitOptions.RemoveEmptyEntries).Select(WithoutFilter)];
        string list = music.Address($"search?q={Uri.EscapeDataString(query["q"])}&type={type}");
        if (query.HasMarket)
        {
            list += $"&market={query["market"]}";
        }

        switch (type)
        {
            case "artist":
                page.Write(json, list, Find(CatalogueData.Artists, words, artist => artist.Name), music.WriteArtist);
                break;
            case "album":
                page.Write(json, list, Find(CatalogueData.Albums, words, album => $"{album.Name} {album.Artist.Name}"), music.WriteSimpleAlbum);
                break;
            case "track":
                page.Write(json, list, Find(CatalogueData.Tracks, words, Text), music.WriteTrack);
                break;
            case "show" when query.HasMarket:
                page.Write(json, list, Find(CatalogueData.Shows, words, show => show.Name), podcasts.WriteSimpleShow);
                break;
            case "episode" when query.HasMarket:
                page.Write(json, list, Find(CatalogueData.Episodes, words, Text), podcasts.WriteSimpleEpisode);
                break;
            default:
                page.Write<Track>(json, list, [], music.WriteTrack);
                break;
        }
    }

    private static string Text(Track track) => $"{track.Name} {track.Album.Name} {track.Album.Artist.Name}";

    private static string Text(Episode episode) => $"{episode.Name} {episode.Show.Name}";

    private static string WithoutFilter(string word) =>
        word.Split(':', 2) is [string filter, string value] && Filters.Contains(filter) ? value : word;

    private static IReadOnlyList<T> Find<T>(IReadOnlyList<T> all, string[] words, Func<T, string> text) =>
        [.. all.Where(item => Array.TrueForAll(words, word => text(item).Contains(word, StringComparison.OrdinalIgnoreCase)))];
}
