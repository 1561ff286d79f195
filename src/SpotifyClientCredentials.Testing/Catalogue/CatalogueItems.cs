namespace SpotifyClientCredentials.Testing.Catalogue;

internal abstract record CatalogueItem(string Id, string Name);

internal sealed record Artist(string Id, string Name, string Genre) : CatalogueItem(Id, Name);

internal sealed record Album(string Id, string Name, string AlbumType, string ReleaseDate, string Upc, Artist Artist) : CatalogueItem(Id, Name)
{
    public IReadOnlyList<Track> Tracks => [.. CatalogueData.Tracks.Where(track => track.Album.Id == Id)];

    /// <summary>The group of an artist's albums that this one is in, or null: <c>appears_on</c> where the artist is on a track only.</summary>
    public string? GetGroup(Artist artist) =>
        Artist == artist ? AlbumType : Tracks.Any(track => track.Guest == artist) ? "appears_on" : null;
}

internal sealed record Track(string Id, string Name, int DurationMs, int Number, string Isrc, Album Album, Artist? Guest = null)
    : CatalogueItem(Id, Name)
{
    /// <summary>The id of an earlier release, which Spotify replaces by this track where a market is given ("track relinking").</summary>
    public string? EarlierId { get; init; }

    public IReadOnlyList<Artist> Artists => Guest is null ? [Album.Artist] : [Album.Artist, Guest];
}

internal sealed record Show(string Id, string Name, string Description) : CatalogueItem(Id, Name)
{
    public IReadOnlyList<Episode> Episodes => [.. CatalogueData.Episodes.Where(episode => episode.Show == this)];
}

internal sealed record Episode(string Id, string Name, string Description, int DurationMs, string ReleaseDate, Show Show)
    : CatalogueItem(Id, Name);

internal sealed record Audiobook(string Id, string Name, string Description, string Author, string Narrator, string ReleaseDate)
    : CatalogueItem(Id, Name)
{
    public IReadOnlyList<Chapter> Chapters => [.. CatalogueData.Chapters.Where(chapter => chapter.Audiobook == this)];
}

internal sealed record Chapter(string Id, string Name, string Description, int DurationMs, int Number, Audiobook Audiobook)
    : CatalogueItem(Id, Name);

internal sealed record Playlist(string Id, string Name, string Description, int ItemCount) : CatalogueItem(Id, Name);
