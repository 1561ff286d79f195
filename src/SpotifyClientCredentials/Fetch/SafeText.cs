using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SpotifyClientCredentials.Fetch;

/// <summary>Makes text from a server, from .NET or from a store safe to show: no control characters, no secret, no more than a line.</summary>
/// <remarks>A secret is recognised as it is, not in other encodings: the sender of the text has the secret anyway.</remarks>
internal sealed class SafeText(params IEnumerable<string?> secrets)
{
    private const string Redacted = "[redacted]";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string[] _secrets =
        [.. secrets.OfType<string>().Select(Visible).Where(secret => secret.Length > 0).OrderByDescending(secret => secret.Length)];

    /// <remarks>In this order: a control character inside a secret would hide it, and a cut in its middle would leave half of it.</remarks>
    public string Clean(string text, int maxLength)
    {
        ReadOnlySpan<char> rest = Visible(text);
        StringBuilder clean = new();
        while (!rest.IsEmpty && clean.Length <= maxLength)
        {
            int secretLength = LengthOfSecretAt(rest);
            clean.Append(secretLength > 0 ? Redacted : rest[..1]);
            rest = rest[Math.Max(1, secretLength)..];
        }

        return Cut(clean.ToString(), maxLength);
    }

    /// <summary>Whether the message of an exception, or of one inside it, contains a secret.</summary>
    public bool IsIn(Exception exception) =>
        Array.Exists(_secrets, Visible(exception.Message).Contains) || (exception.InnerException is { } inner && IsIn(inner));

    private int LengthOfSecretAt(ReadOnlySpan<char> text)
    {
        foreach (string secret in _secrets)
        {
            if (text.StartsWith(secret, StringComparison.Ordinal))
            {
                return secret.Length;
            }
        }

        return 0;
    }

    private static string Visible(string text)
    {
        // A StringBuilder would allocate a string for each rune.
        char[] visible = new char[text.Length];
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsVisible(rune))
            {
                length += rune.EncodeToUtf16(visible.AsSpan(length));
            }
        }

        return length == text.Length ? text : new string(visible, 0, length);
    }

    // Not only control characters but also those that show a reader another text than a log stores: direction marks, line separators, lone surrogates.
    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune != Rune.ReplacementChar;

    private static string Cut(string text, int maxLength) =>
        text.Length <= maxLength ? text
        : char.IsHighSurrogate(text[maxLength - 1]) ? text[..(maxLength - 1)]
        : text[..maxLength];
}
