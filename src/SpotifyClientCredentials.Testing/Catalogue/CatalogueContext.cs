namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>What the JSON of an object depends on beside the object.</summary>
/// <param name="ApiBaseAddress">The address that links begin with.</param>
/// <param name="QuotaMode">Development mode lacks some fields.</param>
/// <param name="HasMarket">Whether the request names a market. Spotify says only then whether an item is playable.</param>
internal sealed record CatalogueContext(Uri ApiBaseAddress, QuotaMode QuotaMode, bool HasMarket)
{
    public bool IsExtended => QuotaMode == QuotaMode.Extended;

    public string GetHref(string path) => new Uri(ApiBaseAddress, path).AbsoluteUri;
}
