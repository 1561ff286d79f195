namespace SpotifyClientCredentials.Soak;

/// <summary>A call of the Web API with the requests that it caused, as the server saw them.</summary>
/// <param name="path">The path below the API's base address.</param>
internal sealed class ApiCall(string path)
{
    /// <summary>Of a user endpoint: it refuses every token of this kind, and the others refuse none.</summary>
    public const string UserPath = "me/player";

    /// <summary>The name of the header that carries the number of the call.</summary>
    public const string Header = "X-Call";

    private static readonly string[] CataloguePaths = ["tracks/4cOdK2wGLETKBW3PvgPWqT", "albums/4aawyAB9vmqN3uQ7FjRGTy", "search?q=soak"];

    private readonly List<ApiRequest> _requests = [];

    public string Path => path;

    public IReadOnlyList<ApiRequest> Requests
    {
        get
        {
            lock (_requests)
            {
                return [.. _requests];
            }
        }
    }

    public static ApiCall OfCatalogue() => new(CataloguePaths[Random.Shared.Next(CataloguePaths.Length)]);

    public void Add(ApiRequest request)
    {
        lock (_requests)
        {
            _requests.Add(request);
        }
    }
}

/// <summary>A request, and why the server refused it.</summary>
internal sealed record ApiRequest(IssuedToken? Token, Refusal Refusal, TimeSpan At);

internal enum Refusal
{
    None,

    /// <summary>The request had no token, or one that the server never issued.</summary>
    NoToken,

    Expired,

    Revoked,

    /// <summary>The API refused every token, however good.</summary>
    Everything,

    /// <summary>The gateway before the API refused a good token.</summary>
    Gateway,

    /// <summary>The path needs a user.</summary>
    NeedsUser,
}
