using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using SpotifyClientCredentials.Testing.Catalogue;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>The query parameters that several of Spotify's endpoints share.</summary>
internal sealed class ApiQuery(string query)
{
    private readonly Dictionary<string, StringValues> _values = QueryHelpers.ParseQuery(query);

    public string this[string name] => _values.GetValueOrDefault(name).ToString();

    /// <summary>Without a market, Spotify considers shows and episodes "unavailable for the client".</summary>
    public bool HasMarket => this["market"].Length > 0;

    /// <returns>An error response, or null if <c>limit</c>, <c>offset</c> and <c>market</c> are each missing or valid.</returns>
    public FakeResponse? ValidatePage(int defaultLimit, int maxLimit, out Page page)
    {
        page = new Page(0, defaultLimit);
        if (!TryGet("limit", defaultLimit, 1, maxLimit, out int limit))
        {
            return ApiError.BadRequest("Invalid limit");
        }

        if (!TryGet("offset", 0, 0, 1000, out int offset))
        {
            return ApiError.BadRequest("Invalid offset");
        }

        page = new Page(offset, limit);
        return ValidateMarket();
    }

    public FakeResponse? ValidateMarket() => HasMarket && !(this["market"].Length == 2 && this["market"].All(char.IsAsciiLetter))
        ? ApiError.BadRequest("Invalid market code")
        : null;

    private bool TryGet(string name, int defaultValue, int min, int max, out int value)
    {
        value = defaultValue;
        return this[name].Length == 0
            || (int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);
    }
}
