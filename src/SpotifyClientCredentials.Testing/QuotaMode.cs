namespace SpotifyClientCredentials.Testing;

/// <summary>Which part of the Web API Spotify offers to an app.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/concepts/quota-modes</remarks>
public enum QuotaMode
{
    /// <summary>
    /// Every new app: no batch reads, pages of at most 10 search results and 10 albums of an artist, and without the endpoints and fields that
    /// Spotify withdrew in February 2026.
    /// </summary>
    Development,

    /// <summary>
    /// An app of a company that Spotify has approved: also batch reads, pages of up to 50 items, an artist's top tracks, new releases, markets,
    /// and the fields <c>available_markets</c>, <c>popularity</c>, <c>followers</c>, <c>label</c>, <c>publisher</c>, <c>album_group</c> and
    /// <c>linked_from</c>.
    /// </summary>
    Extended,
}
