using System.Text.Json;

namespace SpotifyClientCredentials.Testing.Catalogue;

/// <summary>A part of a list, and the paging object that carries it.</summary>
internal readonly record struct Page(int Offset, int Limit)
{
    /// <param name="json">Where to write; the caller has opened the object.</param>
    /// <param name="list">The list's own address without offset and limit; with a query or not.</param>
    /// <param name="all">The whole list.</param>
    /// <param name="write">Writes the members of one item.</param>
    public void Write<T>(Utf8JsonWriter json, string list, IReadOnlyList<T> all, Action<Utf8JsonWriter, T> write)
    {
        json.WriteString("href", Address(list, Offset));
        json.WriteNumber("limit", Limit);
        json.WriteString("next", Offset + Limit < all.Count ? Address(list, Offset + Limit) : null);
        json.WriteNumber("offset", Offset);
        json.WriteString("previous", Offset > 0 ? Address(list, Math.Max(0, Offset - Limit)) : null);
        json.WriteNumber("total", all.Count);
        json.WriteStartArray("items");
        foreach (T item in all.Skip(Offset).Take(Limit))
        {
            json.WriteStartObject();
            write(json, item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private string Address(string list, int offset) => $"{list}{(list.Contains('?') ? '&' : '?')}offset={offset}&limit={Limit}";
}
