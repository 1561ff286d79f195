using System.Text;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Share;
using SpotifyClientCredentials.Tests.Observe.Secrets;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Share;

public sealed class TokenSealTests
{
    private static readonly AccessToken Token = new("NgCXRKcMzYjw", new DateTimeOffset(2026, 11, 24, 13, 0, 0, TimeSpan.Zero));

    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    private static readonly TokenSeal Seal = new(Options());

    // Computed by another implementation, Python's cryptography 48, from the description of the format.
    private static readonly (string KeyName, string Nonce, string Entry) Vector =
    (
        "spotify-client-credentials:8FFBFC18EB3B93C8F2DD2332D317B9004D5EFB1237B7C3B7B0A6DF61484746B4",
        "000102030405060708090a0b",
        "01000102030405060708090a0b54130ab444d34923286fb31756f5bf6dbc1f811e659fe38b2e0350ed16a7c6ec09a122ae48a40720680348ee"
    );

    private static readonly (string KeyName, string Nonce, string Entry) LongVector =
    (
        "spotify-client-credentials:757D1E8B15CF4E237FE625B6DAC61C698F62EB6D08E73110C1A3B826B2E39486",
        "ffffffffffffffffffffffff",
        "01ffffffffffffffffffffffffc2eb7f7f4e7a5221a04f1672664bc691a7bfdc10f132252ed44497bf0007b4d01a81f07d5b05cf73f36346083930f63f7b4336a57a4f02"
        + "9833ec3a617289f57e47a986c26bf721f50888b886b873b6e2e46acf2ad9d6e3d1ef61a9975de5ad09785fb6b3a16cbe951b99608fba2c4a07b9b3f6c10d56109c7c"
        + "b7df385afbe29a647b43fdee64297bbc8f147535353fa5e3e02a3a29a62e61cd9601f4871647cc84ada4f12e8541417dbd1faaea2e6b257cd207e413a265a588c08e"
        + "40b2b7dff966037381d27d84e27de3c25b04b4b7dfe92be3f7bd255ad39142cfe4314d981b9e8c096ad7184f2f2ffdac9b8ffe4d31550b7f8477d2b97735bc05f227"
        + "31b2b2ce1677d04d9e76be19442608cab139844cfe43"
    );

    [Fact]
    public void Seal_WithTheVectorsNonce_IsTheVector()
    {
        Assert.Equal(Vector.KeyName, Seal.KeyName);
        Assert.Equal(Vector.Entry, Hex(Seal.Seal(Token, Life, Convert.FromHexString(Vector.Nonce))));
    }

    [Fact]
    public void Seal_WithTheNonceOfALongTokenUnderASecretWithSigns_IsItsVector()
    {
        TokenSeal seal = new(Options(TestOptions.ClientId, TestOptions.ClientSecret, "http://127.0.0.1:8080/api/token"));
        AccessToken token = new($"BQ{string.Concat(Enumerable.Repeat("a-._~+/9", 30))}=", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(LongVector.KeyName, seal.KeyName);
        Assert.Equal(LongVector.Entry, Hex(seal.Seal(token, TimeSpan.FromDays(1), Convert.FromHexString(LongVector.Nonce))));
        AssertSame(token, TimeSpan.FromDays(1), seal.Open(Convert.FromHexString(LongVector.Entry)));
    }

    [Fact]
    public void Open_OfTheVector_IsItsToken() => AssertSame(Token, Life, Seal.Open(Convert.FromHexString(Vector.Entry)));

    [Fact]
    public void Open_OfWhatWasSealedElsewhere_IsTheToken() => AssertSame(Token, Life, new TokenSeal(Options()).Open(Seal.Seal(Token, Life)));

    [Fact]
    public void Seal_OfTheSameTokenTwice_DiffersFromTheNonceOn()
    {
        byte[] one = Seal.Seal(Token, Life);
        byte[] other = Seal.Seal(Token, Life);

        Assert.NotEqual(one[1..13], other[1..13]);
        Assert.NotEqual(one[13..], other[13..]);
    }

    [Fact]
    public void Open_WithAnyOneBitFlipped_IsAMiss()
    {
        byte[] entry = Seal.Seal(Token, Life);
        for (int bit = 0; bit < entry.Length * 8; bit++)
        {
            byte[] flipped = [.. entry];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(Seal.Open(flipped));
        }
    }

    [Fact]
    public void Open_CutAnywhereOrMadeLonger_IsAMiss()
    {
        byte[] entry = Seal.Seal(Token, Life);
        for (int length = 0; length < entry.Length; length++)
        {
            Assert.Null(Seal.Open(entry.AsSpan(0, length)));
            Assert.Null(Seal.Open(entry.AsSpan(length + 1)));
        }

        Assert.Null(Seal.Open([.. entry, 0]));
        Assert.Null(Seal.Open([0, .. entry]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(255)]
    public void Open_OfAnOlderOrNewerVersion_IsAMiss(byte version)
    {
        Assert.NotNull(Seal.Open(ReferenceSeal.Seal(Options(), Token, Life, version: 1)));
        byte[] entry = ReferenceSeal.Seal(Options(), Token, Life, version);

        Assert.Null(Seal.Open(entry));
        // The version is authenticated: changing the byte doesn't make it this version.
        entry[0] = 1;
        Assert.Null(Seal.Open(entry));
    }

    [Theory]
    [InlineData("another id", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "https://accounts.spotify.com/api/token")]
    [InlineData("5f0c1e2d3b4a59687786950a1b2c3d4e", "another secret", "https://accounts.spotify.com/api/token")]
    [InlineData("5f0c1e2d3b4a59687786950a1b2c3d4e", "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "https://accounts.example/api/token")]
    public void Open_OfAnotherAppSecretOrEndpoint_IsAMissUnderAnotherName(string id, string secret, string endpoint)
    {
        TokenSeal other = new(Options(id, secret, endpoint));

        Assert.NotEqual(Seal.KeyName, other.KeyName);
        Assert.Null(Seal.Open(other.Seal(Token, Life)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("white space")]
    [InlineData("line\r\nbreak")]
    [InlineData("=")]
    [InlineData("Grüße")]
    public void Open_OfASealedTextThatIsNoBearerToken_IsAMiss(string value) =>
        Assert.Null(Seal.Open(ReferenceSeal.Seal(Options(), Token.ExpiresOn.UtcTicks, Life.Ticks, Encoding.UTF8.GetBytes(value))));

    [Theory]
    [InlineData(-1L, 36_000_000_000)]
    [InlineData(long.MinValue, 36_000_000_000)]
    [InlineData(3_155_378_976_000_000_000, 36_000_000_000)]
    [InlineData(long.MaxValue, 36_000_000_000)]
    [InlineData(639_000_000_000_000_000, 0L)]
    [InlineData(639_000_000_000_000_000, -1L)]
    [InlineData(639_000_000_000_000_000, long.MinValue)]
    [InlineData(639_000_000_000_000_000, 864_000_000_001)]
    [InlineData(639_000_000_000_000_000, long.MaxValue)]
    public void Open_OfSealedTimesThatNoTokenHas_IsAMiss(long expiry, long life)
    {
        Assert.NotNull(Seal.Open(ReferenceSeal.Seal(Options(), 639_000_000_000_000_000, 864_000_000_000, "token"u8.ToArray())));

        Assert.Null(Seal.Open(ReferenceSeal.Seal(Options(), expiry, life, "token"u8.ToArray())));
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(3_155_378_975_999_999_999)]
    public void Open_OfASealedExpiryAtAnEndOfTheCalendar_IsThat(long expiry) =>
        Assert.Equal(expiry, Seal.Open(ReferenceSeal.Seal(Options(), expiry, 36_000_000_000, "token"u8.ToArray()))!.Value.Token.ExpiresOn.UtcTicks);

    [Fact]
    public void Open_OfSealedBytesThatAreNoText_IsAMiss() =>
        Assert.Null(Seal.Open(ReferenceSeal.Seal(Options(), Token.ExpiresOn.UtcTicks, Life.Ticks, [0xFF, 0xFE, 0x80])));

    [Fact]
    public void Entry_Searched_HasNeitherTokenNorCredentials()
    {
        OptionsSnapshot options = Options();
        string shown = $"{Seal.KeyName} {Encoding.Latin1.GetString(Seal.Seal(Token, Life))} {Hex(Seal.Seal(Token, Life))} {Seal} {DebuggerView.Of(Token)}";

        new SecretSearch().AddCredentials(options.ClientId, options.ClientSecret).Add("client id", options.ClientId).Add("token", Token.Value).AssertNoneIn(shown);
    }

    private static OptionsSnapshot Options(
        string id = "5f0c1e2d3b4a59687786950a1b2c3d4e",
        string secret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
        string endpoint = "https://accounts.spotify.com/api/token") =>
        TestOptions.CreateValid(options => (options.ClientId, options.ClientSecret, options.TokenEndpoint) = (id, secret, new Uri(endpoint)));

    private static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();

    private static void AssertSame(AccessToken token, TimeSpan life, (AccessToken Token, TimeSpan Lifetime)? actual) =>
        Assert.Equal((token.Value, token.ExpiresOn, life, true), (actual!.Value.Token.Value, actual.Value.Token.ExpiresOn, actual.Value.Lifetime, actual.Value.Token.IsFromStore));
}
