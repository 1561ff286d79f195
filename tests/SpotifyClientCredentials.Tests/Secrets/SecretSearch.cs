using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace SpotifyClientCredentials.Tests.Secrets;

/// <summary>
/// Looks for secrets in texts: as they are, URL-encoded, JSON-escaped, as hexadecimal bytes, and in base64 or base64url, alone or with what
/// surrounds them.
/// </summary>
internal sealed class SecretSearch
{
    private readonly List<(string Name, string Form)> _forms = [];

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
            // As .NET writes bytes into a message. Long enough to be no coincidence; a message may break off.
            BitConverter.ToString(bytes[..Math.Min(8, bytes.Length)]),
        }.Concat(Base64(bytes)).Distinct())
        {
            _forms.Add((name, form));
        }

        return this;
    }

    // At each of three places in a group of bytes, without the characters at its ends that its neighbours change.
    private static IEnumerable<string> Base64(byte[] secret) => Enumerable.Range(0, 3)
        .Select(before => Convert.ToBase64String([.. new byte[before], .. secret])[(((8 * before) + 5) / 6)..(8 * (before + secret.Length) / 6)])
        .SelectMany(form => (string[])[form, form.Replace('+', '-').Replace('/', '_')]);

    public SecretSearch AddCredentials(string clientId, string clientSecret) =>
        Add("client secret", clientSecret).Add("Basic value", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{clientId}:{clientSecret}")));

    /// <returns>The names of what was found; a test that fails on them shows no secret either.</returns>
    public IReadOnlyList<string> FindIn(string text) =>
        [.. _forms.Where(form => text.Contains(form.Form, StringComparison.OrdinalIgnoreCase)).Select(form => form.Name).Distinct()];

    /// <summary>For a failing test: where the first one is, with the secret masked.</summary>
    public string Excerpt(string text)
    {
        foreach ((string name, string form) in _forms)
        {
            int at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
            if (at >= 0)
            {
                return $"{text[Math.Max(0, at - 200)..at]}[{name}]";
            }
        }

        return "";
    }

    public void AssertNoneIn(string text) => Assert.True(FindIn(text).Count == 0, Excerpt(text));
}
