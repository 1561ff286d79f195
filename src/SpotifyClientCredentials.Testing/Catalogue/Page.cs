using System.Text.Json;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>A page of a list, written as the Web API's paging object.</summary>
internal readonly record struct Page(int Offset, int Limit)
{
    /// <param name="json">The writer. The caller starts and ends the object.</param>
    /// <param name="listHref">The address of the list, with or without a query, without offset and limit.</param>
    /// <param name="items">All items of the list.</param>
    /// <param name="write">Writes the members of an item.</param>
    public void Write<T>(Utf8JsonWriter json, string listHref, IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteString("href", GetHref(listHref, Offset));
        json.WriteNumber("limit", Limit);
        json.WriteString("next", Offset + Limit < items.Count ? GetHref(listHref, Offset + Limit) : null);
        json.WriteNumber("offset", Offset);
        json.WriteString("previous", Offset > 0 ? GetHref(listHref, Math.Max(0, Offset - Limit)) : null);
        json.WriteNumber("total", items.Count);
        json.WriteStartArray("items");
        foreach (T item in items.Skip(Offset).Take(Limit))
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private string GetHref(string listHref, int offset) => $"{listHref}{(listHref.Contains('?') ? '&' : '?')}offset={offset}&limit={Limit}";
}
