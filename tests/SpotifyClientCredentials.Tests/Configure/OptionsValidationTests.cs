using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Configure;

public sealed partial class OptionsValidationTests
{
    private const string Id = nameof(SpotifyClientCredentialsOptions.ClientId);
    private const string Secret = nameof(SpotifyClientCredentialsOptions.ClientSecret);
    private const string Endpoint = nameof(SpotifyClientCredentialsOptions.TokenEndpoint);
    private const string Api = nameof(SpotifyClientCredentialsOptions.ApiBaseAddress);
    private const string Window = nameof(SpotifyClientCredentialsOptions.RenewalWindow);
    private const string Limit = nameof(SpotifyClientCredentialsOptions.TokenRequestTimeout);

    // No message may contain it. Each invalid secret and address below does.
    private const string Hidden = "hunter2";

    /// <summary>Key, value, remedy.</summary>
    public static TheoryData<string, string?, string> Invalid => new()
    {
        { Id, null, "developer.spotify.com/dashboard" },
        { Id, "", "developer.spotify.com/dashboard" },
        { Id, "  ", "developer.spotify.com/dashboard" },
        { Id, " id", "Remove it" },
        { Id, "id\n", "Remove it" },
        { Id, "\"id\"", "Remove the quotation marks" },
        { Id, "id'", "Remove the quotation marks" },
        { Id, "i\u0000d", "in place 2, " },
        { Id, "\uFEFFid", "in place 1, " },
        { Id, "ïd", "in place 1, " },
        { Id, "i:d", "Set it to the client id alone" },
        { Secret, null, "developer.spotify.com/dashboard" },
        { Secret, "", "developer.spotify.com/dashboard" },
        { Secret, " hunter2", "Remove it" },
        { Secret, "hunter2\t", "Remove it" },
        { Secret, "'hunter2", "Remove the quotation marks" },
        { Secret, "hunter2\"", "Remove the quotation marks" },
        { Secret, "hunter2\u0007hunter2", "in place 8, " },
        { Secret, "hunter2\u007Fhunter2", "in place 8, " },
        { Secret, "\uFEFFhunter2", "in place 1, " },
        { Secret, "hunter2\u200B", "in place 8, " },
        { Secret, "hunter2\u00A0hunter2", "in place 8, " },
        { Secret, "hunter2\u2028hunter2", "in place 8, " },
        { Secret, "\u201Chunter2\u201D", "in place 1, " },
        { Secret, "\u2019hunter2\u2019", "in place 1, " },
        { Secret, "hunter2\u2013hunter2", "in place 8, " },
        { Secret, "hunter2é€hunter2🎵", "in place 8, " },
        { Secret, "hunter2\uD83C", "in place 8, " },
        { Endpoint, "api/token?hunter2", "starts with https://" },
        { Endpoint, "http://accounts.spotify.com/hunter2", "starts with http://. Use https" },
        { Endpoint, "http://accounts.spotify.com/hunter2", "if Spotify:RequireHttps is false, for test servers" },
        { Endpoint, "http://localhost.example/hunter2", "Use https" },
        { Endpoint, "http://mylocalhost/hunter2", "Use https" },
        { Endpoint, "http://128.0.0.1/hunter2", "Use https" },
        { Endpoint, "http://[::2]/hunter2", "Use https" },
        { Endpoint, "ftp://127.0.0.1/hunter2", "doesn't start with https://. Use https" },
        { Endpoint, "hunter2://127.0.0.1/", "doesn't start with https://. Use https" },
        { Endpoint, "https://user:hunter2@accounts.spotify.com/api/token", "scheme, host, port and path alone" },
        { Endpoint, "https://accounts.spotify.com/api/token?key=hunter2", "scheme, host, port and path alone" },
        { Endpoint, "https://accounts.spotify.com/api/token#hunter2", "scheme, host, port and path alone" },
        { Api, "/v1/hunter2", "starts with https://" },
        { Api, "http://api.spotify.com/hunter2", "Use https" },
        { Api, "https://hunter2@api.spotify.com/v1/", "scheme, host, port and path alone" },
        { Api, "https://api.spotify.com/v1/?hunter2", "scheme, host, port and path alone" },
        { Window, "00:00:00", "at most one hour" },
        { Window, "-00:00:01", "at most one hour" },
        { Window, "01:00:00.0000001", "at most one hour" },
        { Window, "300", "is read as days" },
        { Limit, "00:00:00", "at most one hour" },
        { Limit, "-00:00:01", "at most one hour" },
        { Limit, "01:00:01", "at most one hour" },
        { Limit, "10", "is read as days" },
    };

    public static TheoryData<string, string> Valid => new()
    {
        { Id, "i" },
        { Id, "an id with a space" },
        { Id, "!~" },
        { Secret, "a:b" },
        { Secret, "! ~" },
        { Secret, "s\"'s" },
        { Endpoint, "http://127.0.0.1:5000/api/token" },
        { Endpoint, "http://127.255.255.254/api/token" },
        { Endpoint, "http://localhost/api/token" },
        { Endpoint, "http://spotify.localhost:5000/api/token" },
        { Api, "http://a.b.LOCALHOST/v1/" },
        { Endpoint, "http://[::1]:5000/api/token" },
        { Endpoint, "https://10.0.0.1/token" },
        { Api, "http://127.0.0.1:5000" },
        { Window, "01:00:00" },
        { Window, "00:00:00.0000001" },
        { Limit, "01:00:00" },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Settings_WithAnInvalidValue_FailWithKeyAndRemedyAndNoSecret(string property, string? value, string remedy)
    {
        string failure = Assert.Single(FailuresOf(("Spotify:" + property, value)));

        Assert.StartsWith($"Spotify:{property} ", failure, StringComparison.Ordinal);
        Assert.Contains(remedy, failure, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, failure, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void Settings_WithAValueAtTheLimit_AreValid(string property, string value) => Assert.Empty(FailuresOf(("Spotify:" + property, value)));

    [Fact]
    public void ClientSecret_WithAByteOrderMark_IsReportedByItsPlaceAndWithTheRemedy() => Assert.Equal(
        "Spotify:ClientSecret has something other than printable ASCII in place 1, such as an invisible character that was copied with it. Remove it, "
            + "for example by typing the value by hand.",
        Assert.Single(FailuresOf(("Spotify:ClientSecret", "\uFEFFhunter2"))));

    [Theory]
    [InlineData(Endpoint, "http://token.test.example/api/token")]
    [InlineData(Api, "http://10.0.0.1:8080/v1/")]
    public void RequireHttps_SetToFalse_AllowsHttpAnywhere(string property, string address) =>
        Assert.Empty(FailuresOf(("Spotify:" + property, address), ("Spotify:RequireHttps", "false")));

    [Fact]
    public void RequireHttps_SetToFalse_AllowsNoOtherScheme() => Assert.Contains(
        "Use https", Assert.Single(FailuresOf(("Spotify:TokenEndpoint", "ftp://token.test.example/"), ("Spotify:RequireHttps", "False"))), StringComparison.Ordinal);

    [Fact]
    public void RequireHttps_SetToTrue_RefusesHttpAndNamesHttpsBeforeTheOption()
    {
        string failure = Assert.Single(FailuresOf(("Spotify:TokenEndpoint", "http://token.test.example/"), ("Spotify:RequireHttps", "true")));

        Assert.Equal(
            "Spotify:TokenEndpoint starts with http://. Use https, so that secrets don't cross the network in clear text. http is allowed on loopback "
                + "and, if Spotify:RequireHttps is false, for test servers.",
            failure);
    }

    [Fact]
    public void RequireHttps_InCode_IsNamedByItsPropertyInTheMessage()
    {
        SpotifyClientCredentialsOptions options = TestOptions.Create(options => options.TokenEndpoint = new Uri("http://token.test.example/"));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => new ClientCredentialsTokenProvider(new HttpClient(), options));

        Assert.Contains("if SpotifyClientCredentialsOptions.RequireHttps is false, for test servers", Assert.Single(failure.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_WhenIdAndSecretAreTheSame_FailOnceWithBothKeys()
    {
        string failure = Assert.Single(FailuresOf(("Spotify:ClientId", Hidden), ("Spotify:ClientSecret", Hidden)));

        Assert.Contains("Spotify:ClientId and Spotify:ClientSecret are the same", failure, StringComparison.Ordinal);
        Assert.Contains("Set the one to the client id and the other to the client secret.", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(Hidden, failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_WhenSeveralAreInvalid_AreAllReportedAtOnce()
    {
        string[] failures = FailuresOf(
            ("Spotify:ClientId", " \"i:d"),
            ("Spotify:ClientSecret", ""),
            ("Spotify:TokenEndpoint", "http://user@example.com/"),
            ("Spotify:ApiBaseAddress", "v1"),
            ("Spotify:RenewalWindow", "300"),
            ("Spotify:TokenRequestTimeout", "0"));

        Assert.Equal(
            [Id, Id, Secret, Endpoint, Endpoint, Api, Window, Limit],
            failures.Select(failure => Key().Match(failure).Groups[1].Value).Order(Comparer<string>.Create(
                (one, other) => Array.IndexOf(Order, one).CompareTo(Array.IndexOf(Order, other)))));
    }

    [Fact]
    public void Settings_SetToNull_FailOncePerProperty()
    {
        SpotifyClientCredentialsOptions options = TestOptions.Create(options =>
            (options.ClientId, options.ClientSecret, options.TokenEndpoint, options.ApiBaseAddress) = (null!, null!, null!, null!));

        OptionsValidationException failure = Assert.Throws<OptionsValidationException>(() => new ClientCredentialsTokenProvider(new HttpClient(), options));

        Assert.Equal(4, failure.Failures.Count());
    }

    private static readonly string[] Order = [Id, Secret, Endpoint, Api, Window, Limit];

    [GeneratedRegex("^Spotify:([A-Za-z]+) ")]
    private static partial Regex Key();

    private static string[] FailuresOf(params (string Key, string? Value)[] settings)
    {
        Dictionary<string, string?> all = new() { ["Spotify:ClientId"] = TestOptions.ClientId, ["Spotify:ClientSecret"] = TestOptions.ClientSecret };
        foreach ((string key, string? value) in settings)
        {
            all[key] = value;
        }

        using ServiceProvider services = TestContainer.Build(services => services
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build())
            .AddSpotifyClientCredentials());
        try
        {
            _ = services.GetRequiredService<IOptions<SpotifyClientCredentialsOptions>>().Value;
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
    }
}
