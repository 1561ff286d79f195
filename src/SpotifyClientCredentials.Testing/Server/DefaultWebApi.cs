using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>How Spotify's Web API answers an app in development mode that has an application token.</summary>
internal sealed class DefaultWebApi(IssuedTokens tokens)
{
    public const string BasePath = "/v1/";

    public FakeResponse Response(RecordedRequest request, Uri baseAddress)
    {
        string path = request.RequestUri.AbsolutePath;
        if (!path.StartsWith(BasePath, StringComparison.Ordinal))
        {
            return new FakeResponse(HttpStatusCode.NotFound);
        }

        if (BearerCheck.Refuse(request, tokens) is { } refusal)
        {
            return refusal;
        }

        string[] segments = path[BasePath.Length..].Split('/');
        if (Withdrawn.Refuse(segments) is { } gone)
        {
            return gone;
        }

        return request.Method == HttpMethod.Get || request.Method == HttpMethod.Head
            ? Read(segments, new ApiQuery(request.RequestUri.Query), baseAddress)
            : ApiError.Create(HttpStatusCode.MethodNotAllowed, "Method not allowed").WithHeader("Allow", "GET, HEAD");
    }

    private static FakeResponse Read(string[] segments, ApiQuery query, Uri baseAddress)
    {
        MusicWriter music = new(baseAddress);
        PodcastWriter podcasts = new(baseAddress);
        if (segments is [_, string id, ..] && !IsBase62(id))
        {
            return ApiError.BadRequest("Invalid base62 id");
        }

        if (query.RefuseMarket() is { } refusal)
        {
            return refusal;
        }

        return segments switch
        {
            ["search"] => new CatalogueSearch(music, podcasts).Response(query),
            ["tracks", string track] => One(CatalogueData.Tracks.FirstOrDefault(item => item.Id == track), music.WriteTrack),
            ["artists", string artist] => One(CatalogueData.Artists.FirstOrDefault(item => item.Id == artist), music.WriteArtist),
            ["artists", string artist, "albums"] when CatalogueData.Artists.Any(item => item.Id == artist) =>
                Many(CatalogueData.Albums.Where(item => item.Artist.Id == artist), music.WriteSimpleAlbum, 5, 10),
            ["albums", string album] => One(CatalogueData.Albums.FirstOrDefault(item => item.Id == album), music.WriteAlbum),
            ["albums", string album, "tracks"] when CatalogueData.Albums.Any(item => item.Id == album) =>
                Many(CatalogueData.Tracks.Where(item => item.Album.Id == album), music.WriteSimpleTrack, 20, 50),
            ["shows", string show] when query.HasMarket => One(CatalogueData.Shows.FirstOrDefault(item => item.Id == show), podcasts.WriteShow),
            ["shows", string show, "episodes"] when query.HasMarket && CatalogueData.Shows.Any(item => item.Id == show) =>
                Many(CatalogueData.Episodes.Where(item => item.Show.Id == show), podcasts.WriteSimpleEpisode, 20, 50),
            ["episodes", string episode] when query.HasMarket =>
                One(CatalogueData.Episodes.FirstOrDefault(item => item.Id == episode), podcasts.WriteEpisode),
            _ => ApiError.NotFound,
        };

        FakeResponse Many<T>(IEnumerable<T> all, Action<Utf8JsonWriter, T> write, int defaultLimit, int maxLimit)
        {
            string market = query.HasMarket ? $"?market={query["market"]}" : "";
            string list = music.Address(string.Join('/', segments) + market);
            return query.Refuse(defaultLimit, maxLimit, out Page page)
                ?? JsonResponse.Create(HttpStatusCode.OK, json => page.Write(json, list, [.. all], write));
        }
    }

    private static FakeResponse One<T>(T? item, Action<Utf8JsonWriter, T> write)
        where T : class => item is null ? ApiError.NotFound : JsonResponse.Create(HttpStatusCode.OK, json => write(json, item));

    private static bool IsBase62(string id) => id.Length == 22 && id.All(char.IsAsciiLetterOrDigit);
}
