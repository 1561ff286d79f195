using System.Net;
using System.Text.Json;

namespace SpotifyClientCredentials.Testing;

/// <summary>How Spotify's Web API answers an app in development mode that has an application token.</summary>
internal sealed class HonestWebApi(IssuedTokens tokens)
{
    public const string BasePath = "/v1/";

    public FakeAnswer Answer(RecordedRequest request, Uri baseAddress)
    {
        string path = request.Uri.AbsolutePath;
        if (!path.StartsWith(BasePath, StringComparison.Ordinal))
        {
            return new FakeAnswer(HttpStatusCode.NotFound);
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
            ? Read(segments, new ApiQuery(request.Uri.Query), baseAddress)
            : ApiError.Create(HttpStatusCode.MethodNotAllowed, "Method not allowed").WithHeader("Allow", "GET, HEAD");
    }

    private static FakeAnswer Read(string[] segments, ApiQuery query, Uri baseAddress)
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
            ["search"] => new CatalogueSearch(music, podcasts).Answer(query),
            ["tracks", string track] => One(Catalogue.Tracks.FirstOrDefault(item => item.Id == track), music.WriteTrack),
            ["artists", string artist] => One(Catalogue.Artists.FirstOrDefault(item => item.Id == artist), music.WriteArtist),
            ["artists", string artist, "albums"] when Catalogue.Artists.Any(item => item.Id == artist) =>
                Many(Catalogue.Albums.Where(item => item.Artist.Id == artist), music.WriteSimpleAlbum, 5, 10),
            ["albums", string album] => One(Catalogue.Albums.FirstOrDefault(item => item.Id == album), music.WriteAlbum),
            ["albums", string album, "tracks"] when Catalogue.Albums.Any(item => item.Id == album) =>
                Many(Catalogue.Tracks.Where(item => item.Album.Id == album), music.WriteSimpleTrack, 20, 50),
            ["shows", string show] when query.HasMarket => One(Catalogue.Shows.FirstOrDefault(item => item.Id == show), podcasts.WriteShow),
            ["shows", string show, "episodes"] when query.HasMarket && Catalogue.Shows.Any(item => item.Id == show) =>
                Many(Catalogue.Episodes.Where(item => item.Show.Id == show), podcasts.WriteSimpleEpisode, 20, 50),
            ["episodes", string episode] when query.HasMarket =>
                One(Catalogue.Episodes.FirstOrDefault(item => item.Id == episode), podcasts.WriteEpisode),
            _ => ApiError.NotFound,
        };

        FakeAnswer Many<T>(IEnumerable<T> all, Action<Utf8JsonWriter, T> write, int defaultLimit, int maxLimit)
        {
            string market = query.HasMarket ? $"?market={query["market"]}" : "";
            string list = music.Address(string.Join('/', segments) + market);
            return query.Refuse(defaultLimit, maxLimit, out Page page)
                ?? JsonAnswer.Create(HttpStatusCode.OK, json => page.Write(json, list, [.. all], write));
        }
    }

    private static FakeAnswer One<T>(T? item, Action<Utf8JsonWriter, T> write)
        where T : class => item is null ? ApiError.NotFound : JsonAnswer.Create(HttpStatusCode.OK, json => write(json, item));

    private static bool IsBase62(string id) => id.Length == 22 && id.All(char.IsAsciiLetterOrDigit);
}
