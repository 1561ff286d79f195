using System.Net;
using System.Text;
using System.Text.Encodings.Web;

namespace SpotifyClientCredentials.Tests.Secrets;

/// <summary>Looks for secrets in texts: as they are, URL-encoded, base64, base64url, JSON-escaped and as hexadecimal bytes.</summary>
internal sealed class SecretSearch
{
    private readonly List<(string Name, string Form)> _forms = [];

    public SecretSearch Add(string name, string secret)
    {
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=');
        foreach (string form in new[]
        {
            secret,
            Uri.EscapeDataString(secret),
            WebUtility.UrlEncode(secret),
            base64,
            base64.Replace('+', '-').Replace('/', '_'),
            JavaScriptEncoder.Default.Encode(secret),
            Convert.ToHexString(Encoding.UTF8.GetBytes(secret)),
            // As .NET writes bytes into a message. Long enough to be no coincidence; a message may break off.
            BitConverter.ToString(Encoding.UTF8.GetBytes(secret)[..Math.Min(8, secret.Length)]),
        }.Distinct())
        {
            _forms.Add((name, form));
        }

        return this;
    }

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
