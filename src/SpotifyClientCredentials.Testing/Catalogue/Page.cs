using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>A page of a list, written as the Web API's paging object.</summary>
internal readonly record struct Page(int Offset, int Limit)
{
    /// <param name="listHref">The address of the list, with or without a query, without offset and limit.</param>
    /// <param name="items">All items of the list.</param>
    /// <param name="create">Creates the JSON of an item.</param>
    public JsonObject ToJson<T>(string listHref, IReadOnlyList<T> items, Func<T, JsonObject> create) => new()
    {
        ["href"] = GetHref(listHref, Offset),
        ["limit"] = Limit,
        ["next"] = (long)Offset + Limit < items.Count ? GetHref(listHref, Offset + Limit) : null,
        ["offset"] = Offset,
        ["previous"] = Offset > 0 ? GetHref(listHref, Math.Max(0, Offset - Limit)) : null,
        ["total"] = items.Count,
        ["items"] = new JsonArray([.. items.Skip(Offset).Take(Limit).Select(create)]),
    };

    private string GetHref(string listHref, int offset) => $"{listHref}{(listHref.Contains('?') ? '&' : '?')}offset={offset}&limit={Limit}";
}
