using System.Net;
using System.Text.Json;
using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Responds as Spotify's Web API does to an app in development mode, with a token that represents no user.</summary>
internal sealed class DefaultWebApi(IssuedTokens issuedTokens)
{
    public const string BasePath = "/v1/";

    public FakeResponse GetResponse(RecordedRequest request, Uri baseAddress)
    {
        string path = request.RequestUri.AbsolutePath;
        if (!path.StartsWith(BasePath, StringComparison.Ordinal))
        {
            return new FakeResponse(HttpStatusCode.NotFound);
        }

        if (BearerCheck.Validate(request, issuedTokens) is { } authorizationError)
        {
            return authorizationError;
        }

        string[] segments = path[BasePath.Length..].Split('/');
        if (WithdrawnEndpoints.GetError(segments) is { } withdrawnError)
        {
            return withdrawnError;
        }

        return request.Method == HttpMethod.Get || request.Method == HttpMethod.Head
            ? GetResponse(segments, new ApiQuery(request.RequestUri.Query), baseAddress)
            : ApiError.Create(HttpStatusCode.MethodNotAllowed, "Method not allowed").WithHeader("Allow", "GET, HEAD");
    }

    private static FakeResponse GetResponse(string[] segments, ApiQuery query, Uri baseAddress)
    {
        MusicWriter music = new(baseAddress);
        PodcastWriter podcasts = new(baseAddress);
        if (segments is [_, string id, ..] && !IsBase62(id))
        {
            return ApiError.BadRequest("Invalid base62 id");
        }

        if (query.ValidateMarket() is { } marketError)
        {
            return marketError;
        }

        return segments switch
        {
            ["search"] => new SearchEndpoint(music, podcasts).GetResponse(query),
            ["tracks", string track] =>
                ObjectResponse(CatalogueData.Tracks.FirstOrDefault(item => item.Id == track), music.WriteTrack),
            ["artists", string artist] =>
                ObjectResponse(CatalogueData.Artists.FirstOrDefault(item => item.Id == artist), music.WriteArtist),
            ["artists", string artist, "albums"] when CatalogueData.Artists.Any(item => item.Id == artist) =>
                PageResponse(CatalogueData.Albums.Where(item => item.Artist.Id == artist), music.WriteSimpleAlbum, 5, 10),
            ["albums", string album] =>
                ObjectResponse(CatalogueData.Albums.FirstOrDefault(item => item.Id == album), music.WriteAlbum),
            ["albums", string album, "tracks"] when CatalogueData.Albums.Any(item => item.Id == album) =>
                PageResponse(CatalogueData.Tracks.Where(item => item.Album.Id == album), music.WriteSimpleTrack, 20, 50),
            ["shows", string show] when query.HasMarket =>
                ObjectResponse(CatalogueData.Shows.FirstOrDefault(item => item.Id == show), podcasts.WriteShow),
            ["shows", string show, "episodes"] when query.HasMarket && CatalogueData.Shows.Any(item => item.Id == show) =>
                PageResponse(CatalogueData.Episodes.Where(item => item.Show.Id == show), podcasts.WriteSimpleEpisode, 20, 50),
            ["episodes", string episode] when query.HasMarket =>
                ObjectResponse(CatalogueData.Episodes.FirstOrDefault(item => item.Id == episode), podcasts.WriteEpisode),
            _ => ApiError.NotFound,
        };

        FakeResponse PageResponse<T>(IEnumerable<T> items, Action<Utf8JsonWriter, T> write, int defaultLimit, int maxLimit)
        {
            string market = query.HasMarket ? $"?market={query["market"]}" : "";
            string listHref = music.GetHref(string.Join('/', segments) + market);
            return query.ValidatePage(defaultLimit, maxLimit, out Page page)
                ?? JsonResponse.Create(HttpStatusCode.OK, json => page.Write(json, listHref, [.. items], write));
        }
    }

    private static FakeResponse ObjectResponse<T>(T? item, Action<Utf8JsonWriter, T> write)
        where T : class => item is null ? ApiError.NotFound : JsonResponse.Create(HttpStatusCode.OK, json => write(json, item));

    private static bool IsBase62(string id) => id.Length == 22 && id.All(char.IsAsciiLetterOrDigit);
}
