using System.Net;
using System.Text.Json.Nodes;
using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Responds to requests for the catalogue's objects and lists.</summary>
internal sealed class CatalogueEndpoints(CatalogueContext context, ApiQuery query)
{
    private readonly MusicJson _music = new(context);
    private readonly SpokenJson _spoken = new(context);
    private readonly PlaylistJson _playlists = new(context);

    // Without a market, Spotify considers them unavailable.
    private readonly IReadOnlyList<Show> _shows = context.HasMarket ? CatalogueData.Shows : [];
    private readonly IReadOnlyList<Episode> _episodes = context.HasMarket ? CatalogueData.Episodes : [];

    /// <returns>The response, or null if there is no such endpoint.</returns>
    public FakeResponse? GetResponse(string[] segments) => segments switch
    {
        ["search"] => new SearchEndpoint(context, query).GetResponse(),
        ["albums", string id] => Single(id, CatalogueData.Albums, _music.Album),
        ["albums", string id, "tracks"] => List($"albums/{id}/tracks", id, CatalogueData.Albums, album => album.Tracks, _music.SimpleTrack),
        ["artists", string id] => Single(id, CatalogueData.Artists, _music.Artist),
        ["artists", string id, "albums"] => AlbumsOfArtist(id),
        ["audiobooks", string id] => Single(id, CatalogueData.Audiobooks, _spoken.Audiobook),
        ["audiobooks", string id, "chapters"] =>
            List($"audiobooks/{id}/chapters", id, CatalogueData.Audiobooks, book => book.Chapters, _spoken.SimpleChapter),
        ["chapters", string id] => Single(id, CatalogueData.Chapters, _spoken.Chapter),
        ["episodes", string id] => Single(id, _episodes, _spoken.Episode),
        ["playlists", string id] => Single(id, CatalogueData.Playlists, _playlists.Playlist),
        ["shows", string id] => Single(id, _shows, _spoken.Show),
        ["shows", string id, "episodes"] => List($"shows/{id}/episodes", id, _shows, show => show.Episodes, _spoken.SimpleEpisode),
        ["tracks", string id] when CatalogueData.Tracks.FirstOrDefault(track => track.EarlierId == id) is { } track =>
            Ok(_music.RelinkedTrack(track)),
        ["tracks", string id] => Single(id, CatalogueData.Tracks, _music.Track),
        _ => context.IsExtended ? GetExtendedResponse(segments) : null,
    };

    private FakeResponse? GetExtendedResponse(string[] segments) => segments switch
    {
        ["albums"] => Batch("albums", CatalogueData.Albums, _music.Album, limit: 20),
        ["artists"] => Batch("artists", CatalogueData.Artists, _music.Artist),
        ["audiobooks"] => Batch("audiobooks", CatalogueData.Audiobooks, _spoken.Audiobook),
        ["chapters"] => Batch("chapters", CatalogueData.Chapters, _spoken.Chapter),
        ["episodes"] => Batch("episodes", _episodes, _spoken.Episode),
        ["shows"] => Batch("shows", _shows, _spoken.SimpleShow),
        ["tracks"] => Batch("tracks", CatalogueData.Tracks, _music.Track),
        ["artists", string id, "top-tracks"] => Single(id, CatalogueData.Artists, artist => new()
        {
            ["tracks"] = new JsonArray([.. CatalogueData.Tracks.Where(track => track.Artists.Contains(artist)).Take(10).Select(_music.Track)]),
        }),
        ["browse", "new-releases"] => PageOf(
            [.. CatalogueData.Albums.OrderByDescending(album => album.ReleaseDate)],
            "browse/new-releases",
            _music.SimpleAlbum,
            page => new() { ["albums"] = page }),
        ["markets"] => Ok(new() { ["markets"] = new JsonArray([.. CatalogueData.Markets.Select(market => JsonValue.Create(market))]) }),
        _ => null,
    };

    private FakeResponse AlbumsOfArtist(string id)
    {
        string[] groups = query["include_groups"].Split(',', StringSplitOptions.RemoveEmptyEntries);
        return List<Artist, (Artist Artist, Album Album)>(
            $"artists/{id}/albums",
            id,
            CatalogueData.Artists,
            artist => [.. CatalogueData.Albums
                .Where(album => album.GetGroup(artist) is { } group && (groups.Length == 0 || groups.Contains(group)))
                .Select(album => (Artist: artist, Album: album))],
            item => _music.AlbumOf(item.Artist, item.Album),
            developmentLimits: (5, 10));
    }

    private static FakeResponse Single<T>(string id, IReadOnlyList<T> items, Func<T, JsonObject> create)
        where T : CatalogueItem => Find(id, items, item => Ok(create(item)));

    private FakeResponse List<TParent, T>(
        string path,
        string id,
        IReadOnlyList<TParent> parents,
        Func<TParent, IReadOnlyList<T>> getItems,
        Func<T, JsonObject> create,
        (int Default, int Max)? developmentLimits = null)
        where TParent : CatalogueItem =>
        Find(id, parents, parent => PageOf(getItems(parent), path, create, page => page, developmentLimits));

    private static FakeResponse Find<T>(string id, IReadOnlyList<T> items, Func<T, FakeResponse> respond)
        where T : CatalogueItem
    {
        if (!IsBase62(id))
        {
            return ApiError.BadRequest("Invalid base62 id");
        }

        return items.FirstOrDefault(item => item.Id == id) is { } found ? respond(found) : ApiError.NotFound;
    }

    private FakeResponse PageOf<T>(
        IReadOnlyList<T> items,
        string path,
        Func<T, JsonObject> create,
        Func<JsonObject, JsonObject> wrap,
        (int Default, int Max)? developmentLimits = null)
    {
        (int defaultLimit, int maxLimit) = (context.IsExtended ? null : developmentLimits) ?? (20, 50);
        return query.ValidatePage(defaultLimit, maxLimit, out Page page)
            ?? Ok(wrap(page.ToJson(context.GetHref(path + query.Keep("include_groups", "market")), items, create)));
    }

    private FakeResponse Batch<T>(string name, IReadOnlyList<T> items, Func<T, JsonObject> create, int limit = 50)
        where T : CatalogueItem
    {
        string[] ids = query["ids"].Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (ids.Length == 0)
        {
            return ApiError.BadRequest("Missing required field: ids");
        }

        if (ids.Length > limit)
        {
            return ApiError.BadRequest("Too many ids requested");
        }

        // Spotify sends null in place of an item that it doesn't find.
        return ids.All(IsBase62)
            ? Ok(new() { [name] = new JsonArray([.. ids.Select(id => items.FirstOrDefault(item => item.Id == id) is { } item ? create(item) : null)]) })
            : ApiError.BadRequest("Invalid base62 id");
    }

    private static FakeResponse Ok(JsonObject body) => JsonResponse.Create(HttpStatusCode.OK, body);

    private static bool IsBase62(string id) => id.Length == 22 && id.All(char.IsAsciiLetterOrDigit);
}
