using System.Text.Json;
using System.Text.Unicode;

namespace SpotifyClientCredentials.Fetch;

/// <summary>
/// The fields of a token endpoint's answer (RFC 6749, sections 5.1 and 5.2), each of whatever JSON type the server chose: whether it is the
/// right one is decided where it can be said which field is wrong.
/// </summary>
internal sealed class TokenEndpointBody
{
    private static readonly string[] Names = ["access_token", "token_type", "expires_in", "error", "error_description"];

    public JsonField AccessToken { get; private init; } = JsonField.Absent;

    public JsonField TokenType { get; private init; } = JsonField.Absent;

    public JsonField ExpiresIn { get; private init; } = JsonField.Absent;

    public JsonField Error { get; private init; } = JsonField.Absent;

    public JsonField ErrorDescription { get; private init; } = JsonField.Absent;

    /// <param name="utf8">The body as it came.</param>
    /// <param name="body">Null where the JSON is no object.</param>
    /// <returns>Whether it is JSON.</returns>
    // JsonSerializer would be simpler, but it keeps a record of every value, which of 64 KiB of small ones takes a megabyte.
    public static bool TryRead(ReadOnlySpan<byte> utf8, out TokenEndpointBody? body)
    {
        body = null;
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        utf8 = utf8.StartsWith(byteOrderMark) ? utf8[3..] : utf8;
        // The JSON reader looks at the bytes inside a text only when the text is asked for.
        if (!Utf8.IsValid(utf8) || HasMisspelledLiteral(utf8))
        {
            return false;
        }

        try
        {
            body = Read(utf8);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter for a name with half of a surrogate pair.
            return false;
        }
    }

    // The JSON reader would find it too, but its exception quotes all that follows, which of 64 KiB takes six times as much.
    private static bool HasMisspelledLiteral(ReadOnlySpan<byte> utf8)
    {
        bool isInText = false;
        for (int i = 0; i < utf8.Length; i++)
        {
            ReadOnlySpan<byte> rest = utf8[i..];
            switch (utf8[i])
            {
                case (byte)'"':
                    isInText = !isInText;
                    break;

                case (byte)'\\' when isInText:
                    i++;
                    break;

                case (byte)'t' or (byte)'f' or (byte)'n' when !isInText:
                    if (!rest.StartsWith("true"u8) && !rest.StartsWith("false"u8) && !rest.StartsWith("null"u8))
                    {
                        return true;
                    }

                    i += 3;
                    break;
            }
        }

        return false;
    }

    private static TokenEndpointBody? Read(ReadOnlySpan<byte> utf8)
    {
        Utf8JsonReader reader = new(utf8);
        reader.Read();
        bool isObject = reader.TokenType == JsonTokenType.StartObject;
        // Of duplicate names the last counts, and only that is looked into.
        Range[] values = new Range[Names.Length];
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
            {
                continue;
            }

            int name = IndexOfName(ref reader);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (name >= 0)
            {
                values[name] = start..(int)reader.BytesConsumed;
            }
        }

        return !isObject ? null : new TokenEndpointBody
        {
            AccessToken = Field(utf8[values[0]]),
            TokenType = Field(utf8[values[1]]),
            ExpiresIn = Field(utf8[values[2]]),
            Error = Field(utf8[values[3]]),
            ErrorDescription = Field(utf8[values[4]]),
        };
    }

    private static int IndexOfName(ref Utf8JsonReader reader)
    {
        // An escaped name is compared as the text that it stands for; where it stands for none this throws.
        string? unescaped = reader.ValueIsEscaped ? reader.GetString() : null;
        for (int i = 0; i < Names.Length; i++)
        {
            if (unescaped is null ? reader.ValueTextEquals(Names[i]) : unescaped == Names[i])
            {
                return i;
            }
        }

        return -1;
    }

    private static JsonField Field(ReadOnlySpan<byte> json) => json.IsEmpty ? JsonField.Absent : JsonField.Of(json);
}
