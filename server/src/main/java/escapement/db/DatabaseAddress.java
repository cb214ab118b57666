package escapement.db;

/** Where the database is and who we are there. */
public record DatabaseAddress(String url, String user, String password) {
    /** The URL without its parameters, for one of them may be a password. */
    public String shortUrl() {
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    @Override
    public String toString() {
        return shortUrl() + (user.isEmpty() ? "" : " as " + user); // never the password
    }
}
