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

    /// <summary>Spotify considers shows and episodes unavailable where a request names no market.</summary>
    public bool HasMarket => this["market"].Length > 0;

    /// <returns>An error response, or null if <c>limit</c> and <c>offset</c> are each missing or valid.</returns>
    public FakeResponse? ValidatePage(int defaultLimit, int maxLimit, out Page page, int maxOffset = int.MaxValue)
    {
        page = default;
        if (!TryGet("limit", defaultLimit, 1, maxLimit, out int limit))
        {
            return ApiError.BadRequest("Invalid limit");
        }

        if (!TryGet("offset", 0, 0, maxOffset, out int offset))
        {
            return ApiError.BadRequest("Invalid offset");
        }

        page = new Page(offset, limit);
        return null;
    }

    public FakeResponse? ValidateMarket() => HasMarket && !(this["market"].Length == 2 && this["market"].All(char.IsAsciiLetter))
        ? ApiError.BadRequest("Invalid market code")
        : null;

    /// <summary>Returns the specified parameters, where the query has them, for the links of a page.</summary>
    public string Keep(params IEnumerable<string> names)
    {
        string kept = string.Join('&', names.Where(name => this[name].Length > 0).Select(name => $"{name}={Uri.EscapeDataString(this[name])}"));
        return kept.Length > 0 ? $"?{kept}" : "";
    }

    private bool TryGet(string name, int defaultValue, int min, int max, out int value)
    {
        value = defaultValue;
        return this[name].Length == 0
            || (int.TryParse(this[name], NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= min && value <= max);
    }
}
