using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace SpotifyClientCredentials.Fetch;

/// <summary>Makes text that a server sent fit to be shown: no control characters, no echo of a secret, no more than a line.</summary>
internal sealed class SafeText
{
    private const string Redacted = "[redacted]";

    // Of a longer text no more than this is looked at: far more than is ever shown, and what bounds the work on a hostile answer.
    private const int MaxTextLength = 2048;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string[] _forms;

    private readonly int _longestForm;

    public SafeText(params IEnumerable<string?> secrets)
    {
        string[] known = [.. secrets.OfType<string>().Where(secret => secret.Length > 0)];
        _forms =
        [
            .. known.Where(secret => secret.Length <= MaxTextLength).SelectMany(Forms)
                .Select(WithoutControlCharacters).Where(form => form.Length > 0).Distinct(),
        ];
        // Percent-encoding makes three characters of one byte, and nothing here grows more.
        _longestForm = 3 * known.Select(Encoding.UTF8.GetByteCount).DefaultIfEmpty().Max();
    }

    /// <remarks>In this order: a control character inside an echo would hide it, and a cut in its middle would leave half of it.</remarks>
    public string Clean(string text, int maxLength)
    {
        bool isWhole = text.Length <= MaxTextLength;
        string visible = WithoutControlCharacters(isWhole ? text : text[..MaxTextLength]);
        // Where the rest was not looked at, the end may be the first part of an echo.
        return Cut(Redact(visible, isWhole ? visible.Length : visible.Length - _longestForm, maxLength), maxLength);
    }

    /// <remarks>Looks at messages only: a short secret may well be a part of a name in a stack trace.</remarks>
    public bool IsEchoedIn(Exception exception) =>
        IsEchoedIn(exception.Message) || (exception.InnerException is { } inner && IsEchoedIn(inner));

    public bool IsEchoedIn(string text)
    {
        string visible = WithoutControlCharacters(text);
        return _forms.Any(form => visible.Contains(form, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Takes out whole headers: of one that echoes a secret nothing is worth knowing.</summary>
    public void RemoveEchoes(HttpHeaders headers)
    {
        foreach (KeyValuePair<string, HeaderStringValues> header in headers.NonValidated.Where(header => IsEchoedIn(header.Value.ToString())).ToArray())
        {
            headers.Remove(header.Key);
        }
    }

    // One form after the other would look for each in what the ones before put there, which a server can make grow a hundredfold.
    private string Redact(string text, int end, int maxLength)
    {
        bool[] isEcho = new bool[text.Length];
        foreach (string form in _forms)
        {
            for (int at = 0; (at = text.IndexOf(form, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
            {
                isEcho.AsSpan(at, form.Length).Fill(true);
            }
        }

        StringBuilder clean = new();
        for (int at = 0; at < end && clean.Length <= maxLength; at++)
        {
            _ = !isEcho[at] ? clean.Append(text[at])
                : at == 0 || !isEcho[at - 1] ? clean.Append(Redacted)
                : clean;
        }

        return clean.ToString();
    }

    // A Basic value and a token may be base64 themselves, which some write without its padding or in the alphabet for URLs.
    private static IEnumerable<string> Forms(string secret) =>
        new[] { secret, secret.TrimEnd('=') }.Distinct().SelectMany(Encodings)
            .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('='))
            .SelectMany(form => (string[])[form, form.Replace('+', '-').Replace('/', '_')]);

    private static string[] Encodings(string text) => [text, Uri.EscapeDataString(text), WebUtility.UrlEncode(text)];

    private static string WithoutControlCharacters(string text)
    {
        if (text.EnumerateRunes().All(IsVisible))
        {
            return text;
        }

        // A StringBuilder makes a string of each rune that it is given, which of a long token takes half a megabyte.
        char[] visible = new char[text.Length];
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            if (IsVisible(rune))
            {
                length += rune.EncodeToUtf16(visible.AsSpan(length));
            }
        }

        return new string(visible, 0, length);
    }

    // Besides control characters those that make a reader see other text than a log stores: direction marks, line separators, half pairs.
    private static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && rune != Rune.ReplacementChar;

    private static string Cut(string text, int maxLength) =>
        text.Length <= maxLength ? text
        : char.IsHighSurrogate(text[maxLength - 1]) ? text[..(maxLength - 1)]
        : text[..maxLength];
}
