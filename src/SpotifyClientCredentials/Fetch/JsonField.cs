using System.Globalization;
using System.Text.Json;

namespace SpotifyClientCredentials.Fetch;

/// <summary>A field's value, of whatever JSON type the server chose.</summary>
internal readonly struct JsonField
{
    private JsonField(Utf8JsonReader reader)
    {
        IsAbsent = reader.TokenType == JsonTokenType.Null;
        Text = reader.TokenType == JsonTokenType.String ? TextOf(reader) : null;
        // As a double, since that reads 1e999 and a thousand digits as infinity where others overflow.
        Number = reader.TokenType == JsonTokenType.Number ? double.Parse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture)
            : Text is { Length: > 0 } && Text.All(char.IsAsciiDigit) ? double.Parse(Text, NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
    }

    public static JsonField Absent { get; } = Of("null"u8);

    /// <summary>Whether there is none, or null, which means the same.</summary>
    public bool IsAbsent { get; }

    /// <summary>Null where the value is no string, or one whose escapes are no Unicode text.</summary>
    public string? Text { get; }

    /// <summary>Null where the value is neither a number nor a string of digits.</summary>
    public double? Number { get; }

    /// <param name="json">One value that has been read before.</param>
    public static JsonField Of(ReadOnlySpan<byte> json)
    {
        Utf8JsonReader reader = new(json);
        reader.Read();
        return new JsonField(reader);
    }

    private static string? TextOf(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
