using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>
/// Searches texts for secrets: literally, URL-encoded, JSON-escaped, as hexadecimal bytes, and in base64 or base64url, alone or encoded
/// together with the text around them.
/// </summary>
internal sealed class SecretSearch
{
    private readonly List<(string Name, string Form)> _forms = [];
    private readonly List<(string Name, Regex Pattern)> _patterns = [];

    // All forms in one search, because a whole test run has thousands. Null after one was added.
    private SearchValues<string>? _any;

    public SecretSearch Add(string name, string secret)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(secret);
        foreach (string form in new[]
        {
            secret,
            // Bytes read as characters.
            Encoding.Latin1.GetString(bytes),
            Uri.EscapeDataString(secret),
            WebUtility.UrlEncode(secret),
            JavaScriptEncoder.Default.Encode(secret),
            Convert.ToHexString(bytes),
            // As .NET writes bytes into a message, which it may truncate.
            BitConverter.ToString(bytes[..Math.Min(8, bytes.Length)]),
        }.Concat(Base64(bytes)).Distinct())
        {
            _forms.Add((name, form));
        }

        _any = null;
        return this;
    }

    // At each of the three offsets in a group of bytes, without the characters at the ends that depend on the bytes around them.
    private static IEnumerable<string> Base64(byte[] secret) => Enumerable.Range(0, 3)
        .Select(before => Convert.ToBase64String([.. new byte[before], .. secret])[(((8 * before) + 5) / 6)..(8 * (before + secret.Length) / 6)])
        .SelectMany(form => (string[])[form, form.Replace('+', '-').Replace('/', '_')]);

    public SecretSearch AddCredentials(string clientId, string clientSecret) =>
        Add("client secret", clientSecret).Add("Basic value", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}")));

    /// <summary>Adds all secrets of one format.</summary>
    public SecretSearch Add(string name, Regex pattern)
    {
        _patterns.Add((name, pattern));
        return this;
    }

    /// <returns>The names of the secrets that were found, so that a failing test shows no secret either.</returns>
    public IReadOnlyList<string> FindIn(string text) => [.. Places(text).Select(place => place.Name).Distinct()];

    /// <summary>The text before the first secret, for the message of a failing test.</summary>
    public string Excerpt(string text)
    {
        (string? name, int at) = Places(text).FirstOrDefault();
        return name is null ? "" : $"{text[Math.Max(0, at - 200)..at]}[{name}]";
    }

    public void AssertNoneIn(string text) => Assert.True(FindIn(text).Count == 0, Excerpt(text));

    private IEnumerable<(string Name, int At)> Places(string text)
    {
        _any ??= SearchValues.Create([.. _forms.Select(form => form.Form)], StringComparison.OrdinalIgnoreCase);
        IEnumerable<(string Name, string Form)> forms = text.AsSpan().ContainsAny(_any) ? _forms : [];
        return forms.Select(form => (form.Name, At: text.IndexOf(form.Form, StringComparison.OrdinalIgnoreCase)))
            .Concat(_patterns.Select(pattern => (pattern.Name, At: pattern.Pattern.Match(text) is { Success: true } match ? match.Index : -1)))
            .Where(place => place.At >= 0);
    }
}
