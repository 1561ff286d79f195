using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace SpotifyClientCredentials.Fetch;

/// <summary>
/// Makes text from a server, a proxy, a store or .NET safe to show: no control characters, no secret, no password in an address, no more than a
/// line.
/// </summary>
/// <remarks>A secret is recognised as it is, not in other encodings: the sender of the text has the secret anyway.</remarks>
internal sealed class SafeText(params IEnumerable<string?> secrets)
{
    // Stands for what is redacted, so that no secret is found in "[redacted]". No other text contains it: it isn't visible.
    private const string Mark = "\uFFFD";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string[] _secrets =
        [.. secrets.OfType<string>().Select(Visible).Where(secret => secret.Length > 0).OrderByDescending(secret => secret.Length)];

    /// <remarks>In this order: a control character inside a secret would hide it, and a cut in its middle would leave half of it.</remarks>
    public string Clean(string text, int maxLength = 256) =>
        Cut(Redact(Visible(text)).Replace(Mark, "[redacted]", StringComparison.Ordinal), maxLength);

    /// <summary>Why something failed: the messages of an exception and of those inside it, each of them once.</summary>
    public string Reason(Exception exception)
    {
        string reason = "";
        foreach (string message in ChainOf(exception).Select(cause => WithoutReference(cause.Message)))
        {
            reason = reason.Contains(message, StringComparison.Ordinal) ? reason
                : reason.Length == 0 ? message
                : $"{reason.TrimEnd('.')}: {message}";
        }

        return Clean(reason);
    }

    /// <summary>Whether something is redacted in the message of an exception, or of one inside it.</summary>
    public bool Redacts(Exception exception) =>
        ChainOf(exception).Any(cause => Redact(Visible(cause.Message)).Contains(Mark, StringComparison.Ordinal));

    private static IEnumerable<Exception> ChainOf(Exception exception) => exception switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(ChainOf).Prepend(exception),
        { InnerException: { } inner } => ChainOf(inner).Prepend(exception),
        _ => [exception],
    };

    // .NET's messages refer to an inner exception, which a log line doesn't have.
    private static string WithoutReference(string message)
    {
        int start = Math.Max(
            message.IndexOf("see inner", StringComparison.OrdinalIgnoreCase), message.IndexOf("see the inner", StringComparison.OrdinalIgnoreCase));
        return start < 0 ? message : message[..start].TrimEnd(' ', ',', '.', ';', '(');
    }

    private string Redact(string text)
    {
        text = _secrets.Aggregate(text, (rest, secret) => rest.Replace(secret, Mark, StringComparison.Ordinal));
        return string.Join("://", text.Split("://").Select((part, index) => index == 0 ? part : WithoutUserInformation(part)));
    }

    // Goes further than the grammar of RFC 3986, section 3.2.1: .NET shows spaces and quotation marks of a password as they are, and others show
    // slashes too.
    private static string WithoutUserInformation(string address)
    {
        string authority = address.Split('/', '?', '#')[0];
        int end = authority switch
        {
            _ when !authority.AsSpan().ContainsAny(':', '@') => -1,
            // A port, or the start of a password.
            _ when ushort.TryParse(authority[(authority.IndexOf(':') + 1)..], CultureInfo.InvariantCulture, out _) =>
                (authority + address[authority.Length..].Split(' ')[0]).LastIndexOf('@'),
            _ => address.LastIndexOf('@'),
        };
        return end < 0 ? address : Mark + address[end..];
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
