using System.Text.Json;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>
/// Writes artists, albums and tracks as the Web API's JSON, without the fields that Spotify removed in development mode in February 2026.
/// </summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/tutorials/february-2026-migration-guide</remarks>
internal sealed class MusicWriter(Uri apiBaseAddress) : ObjectWriter(apiBaseAddress)
{
    public void WriteArtist(Utf8JsonWriter json, Artist artist)
    {
        WriteSimpleArtist(json, artist);
        json.WriteStartArray("genres");
        json.WriteStringValue(artist.Genre);
        json.WriteEndArray();
        WriteImages(json, artist.Id);
    }

    public void WriteAlbum(Utf8JsonWriter json, Album album)
    {
        WriteSimpleAlbum(json, album);
        WriteEmptyArray(json, "genres");
        json.WriteStartArray("copyrights");
        json.WriteStartObject();
        json.WriteString("text", $"{album.ReleaseDate[..4]} {album.Artist.Name}");
        json.WriteString("type", "C");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("tracks");
        new Page(0, 50).Write(json, GetHref($"albums/{album.Id}/tracks"), TracksOf(album), WriteSimpleTrack);
        json.WriteEndObject();
    }

    public void WriteSimpleAlbum(Utf8JsonWriter json, Album album)
    {
        json.WriteString("album_type", album.AlbumType);
        WriteArtists(json, album.Artist);
        WriteIdentity(json, "album", album.Id, album.Name);
        WriteImages(json, album.Id);
        WriteDate(json, album.ReleaseDate);
        json.WriteNumber("total_tracks", TracksOf(album).Count);
    }

    public void WriteTrack(Utf8JsonWriter json, Track track)
    {
        json.WriteStartObject("album");
        WriteSimpleAlbum(json, track.Album);
        json.WriteEndObject();
        WriteSimpleTrack(json, track);
    }

    public void WriteSimpleTrack(Utf8JsonWriter json, Track track)
    {
        WriteArtists(json, track.Album.Artist);
        json.WriteNumber("disc_number", 1);
        json.WriteNumber("duration_ms", track.DurationMs);
        json.WriteBoolean("explicit", false);
        json.WriteBoolean("is_local", false);
        json.WriteBoolean("is_playable", true);
        json.WriteNull("preview_url");
        json.WriteNumber("track_number", track.Number);
        WriteIdentity(json, "track", track.Id, track.Name);
    }

    public static IReadOnlyList<Track> TracksOf(Album album) => [.. CatalogueData.Tracks.Where(track => track.Album == album)];

    private void WriteSimpleArtist(Utf8JsonWriter json, Artist artist) => WriteIdentity(json, "artist", artist.Id, artist.Name);

    private void WriteArtists(Utf8JsonWriter json, Artist artist)
    {
        json.WriteStartArray("artists");
        json.WriteStartObject();
        WriteSimpleArtist(json, artist);
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
