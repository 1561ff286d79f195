using System.Text.RegularExpressions;
using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>
/// The parameter <c>q</c> of a search: words, phrases in quotation marks, and field filters such as <c>artist:</c>. An item matches if it
/// matches each of them. Words and phrases may be in its name or in that of its artist, album, show or author.
/// </summary>
/// <remarks>
/// An item without the field of a filter doesn't match, and <c>tag:</c> matches nothing. Spotify doesn't document what it does then.
/// </remarks>
internal sealed partial class SearchQuery(string query)
{
    private readonly (string Field, string Value)[] _terms =
        [.. Terms().Matches(query).Select(term => (term.Groups["field"].Value.ToLowerInvariant(), term.Groups["value"].Value))];

    public bool Matches(Artist artist)
    {
        Album[] albums = [.. CatalogueData.Albums.Where(album => album.Artist == artist)];
        return Matches(field => field switch
        {
            "" or "artist" => [artist.Name],
            "genre" => [artist.Genre],
            "year" => albums.Select(Year),
            _ => [],
        });
    }

    public bool Matches(Album album) => Matches(field => field switch
    {
        "" => [$"{album.Name} {album.Artist.Name}"],
        "album" => [album.Name],
        "artist" => [album.Artist.Name],
        "upc" => [album.Upc],
        "year" => [Year(album)],
        _ => [],
    });

    public bool Matches(Track track) => Matches(field => field switch
    {
        "" => [$"{track.Name} {track.Album.Name} {string.Join(' ', track.Artists.Select(artist => artist.Name))}"],
        "album" => [track.Album.Name],
        "artist" => track.Artists.Select(artist => artist.Name),
        "genre" => track.Artists.Select(artist => artist.Genre),
        "isrc" => [track.Isrc],
        "track" => [track.Name],
        "year" => [Year(track.Album)],
        _ => [],
    });

    public bool Matches(Episode episode) => MatchesText($"{episode.Name} {episode.Show.Name}");

    public bool Matches(Show show) => MatchesText(show.Name);

    public bool Matches(Audiobook book) => MatchesText($"{book.Name} {book.Author}");

    public bool Matches(Playlist playlist) => MatchesText(playlist.Name);

    [GeneratedRegex("""(?:(?<field>album|artist|genre|isrc|tag|track|upc|year):\s*)?(?:"(?<value>[^"]*)"|(?<value>\S+))""", RegexOptions.IgnoreCase)]
    private static partial Regex Terms();

    private static string Year(Album album) => album.ReleaseDate[..4];

    private bool MatchesText(string text) => Matches(field => field.Length == 0 ? [text] : []);

    private bool Matches(Func<string, IEnumerable<string>> getValues) =>
        Array.TrueForAll(_terms, term => getValues(term.Field).Any(value => Matches(term.Field, term.Value, value)));

    private static bool Matches(string field, string wanted, string value) => field switch
    {
        "isrc" or "upc" => value.Equals(wanted, StringComparison.OrdinalIgnoreCase),
        "year" => wanted.Split('-') is [string from, .. string[] to]
            && string.CompareOrdinal(from, value) <= 0 && string.CompareOrdinal(value, to is [string last, ..] ? last : from) <= 0,
        _ => value.Contains(wanted, StringComparison.OrdinalIgnoreCase),
    };
}
