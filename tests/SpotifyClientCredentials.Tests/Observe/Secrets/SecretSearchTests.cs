using System.Text;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe.Secrets;

/// <summary>Shows that the search finds a secret in any encoding.</summary>
public sealed class SecretSearchTests
{
    private readonly SecretSearch _search = new SecretSearch().AddCredentials(TestOptions.ClientId, TestOptions.ClientSecret);

    public static TheoryData<string> Planted =>
    [
        TestOptions.ClientSecret,
        Uri.EscapeDataString(TestOptions.ClientSecret),
        Uri.EscapeDataString(TestOptions.ClientSecret).ToLowerInvariant(),
        Convert.ToBase64String(Encoding.UTF8.GetBytes(TestOptions.ClientSecret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"{TestOptions.ClientId}:{TestOptions.ClientSecret}")),
        System.Text.Json.JsonSerializer.Serialize(TestOptions.ClientSecret).Trim('"'),
        Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(TestOptions.ClientSecret)),
        Convert.ToHexString(Encoding.UTF8.GetBytes(TestOptions.ClientSecret)),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"a{TestOptions.ClientSecret}b")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"ab{TestOptions.ClientSecret}c")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes($"abc{TestOptions.ClientSecret}de")),
    ];

    [Theory]
    [MemberData(nameof(Planted))]
    public void FindIn_ATextWithASecret_FindsIt(string planted) => Assert.NotEmpty(_search.FindIn($"before {planted} after"));

    [Fact]
    public void FindIn_ATextWithoutASecret_FindsNothing() => Assert.Empty(_search.FindIn($"{TestOptions.ClientId} s3cr3t"));
}
